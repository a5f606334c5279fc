// Package results counts: distributions and cross-tables of raw answers, for the
// guard alone.
package results
