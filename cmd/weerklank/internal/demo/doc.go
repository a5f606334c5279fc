// Package demo fills a fresh database with the invented municipality Waterrijk: its
// people, questionnaires, surveys, answers, findings, decisions, courses and
// notices, through the same domain functions and stores that the product uses. It
// knows the content files; it decides nothing that the domain decides.
package demo
