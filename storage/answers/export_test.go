package answers

// ByReceipt is the query that finds the response of a receipt code.
const ByReceipt = byReceipt
