// Command weerklank asks, listens, decides and tells: it serves the product and
// holds what its operators need. One file per sub-command; it wires everything and
// decides nothing.
package main

func main() {}
