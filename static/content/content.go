// Package content holds what the demo municipality and the tests are filled with:
// our own questionnaires, competences, courses, the organisation Waterrijk, the
// model of its answers and its story. README.md beside it explains every field.
package content

import "embed"

// Files are the content files by their names: "demo-story.json",
// "zelfbeoordeling-ambtenaar.xlsx".
//
//go:embed *.json *.xlsx invited.csv
var Files embed.FS

// Questionnaires are the form_ids of our ten questionnaires, in the order in which
// they are offered as templates. Each is the file of that name with ".xlsx".
var Questionnaires = []string{
	"zelfbeoordeling-ambtenaar",
	"zelfbeoordeling-bestuurder",
	"dienstverlening-balie",
	"dienstverlening-uitgebreid",
	"clientenraad-toets",
	"ervaring-ondersteuning",
	"opleiding-evaluatie",
	"opleiding-nazorg",
	"bijeenkomst-samen-leren",
	"voorstel",
}
