package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "weerklank.nl/weerklank/"

// layer is a folder with what it may import of ours, and why no more.
type layer struct {
	folder string
	may    []string // folders, each with all below it
	why    string
}

// The arrows of docs/architecture.md, the most specific folder first. A package
// is held to the first row that its path lies under.
var layers = []layer{
	{"cmd", []string{"cmd", "handlers", "surveys", "storage", "static"}, "cmd wires everything"},
	{"handlers/page", []string{"handlers/page", "surveys", "static"}, "the page kit knows no audience"},
	{"handlers/respond", []string{"handlers/respond", "handlers/page", "surveys", "static"}, "no audience imports another, or SQL"},
	{"handlers/public", []string{"handlers/public", "handlers/page", "surveys", "static"}, "no audience imports another, or SQL"},
	{"handlers/manage", []string{"handlers/manage", "handlers/page", "surveys", "static"}, "no audience imports another, or SQL"},
	{"handlers/admin", []string{"handlers/admin", "handlers/page", "surveys", "static"}, "no audience imports another, or SQL"},
	{"handlers/metrics", []string{"handlers/metrics"}, "what knows nothing of ours betrays nobody"},
	{"handlers/jobs", []string{"handlers/jobs", "handlers/page", "surveys", "static"}, "the clock is one more caller"},
	{"storage/db", []string{"storage/db", "surveys"}, "it opens databases and knows no table of ours"},
	{"storage/dbtest", []string{"storage/db", "storage/dbtest"}, "it gives tests a database"},
	{"storage/vault", []string{"storage/vault", "storage/db", "surveys"}, "the four stores never join"},
	{"storage/ledger", []string{"storage/ledger", "storage/db", "surveys"}, "the four stores never join"},
	{"storage/answers", []string{"storage/answers", "storage/db", "surveys"}, "the four stores never join"},
	{"storage/aggregates", []string{"storage/aggregates", "storage/db", "surveys"}, "the four stores never join"},
	{"storage/programme", []string{"storage/programme", "storage/db", "surveys"}, "the four stores never join"},
	{"storage", []string{"storage", "surveys"}, "storage speaks SQL and serves the domain"},
	{"surveys/questionnaire/expression", []string{"surveys/questionnaire/expression"}, "the language knows no questions"},
	{"surveys/questionnaire", []string{"surveys", "surveys/questionnaire"}, "the loop runs one way"},
	{"surveys/interchange", []string{"surveys", "surveys/questionnaire", "surveys/questionnaire/expression", "surveys/interchange"}, "the loop runs one way"},
	{"surveys/responses", []string{"surveys", "surveys/questionnaire", "surveys/responses"}, "the loop runs one way"},
	{"surveys/texts", []string{"surveys", "surveys/personal", "surveys/responses", "surveys/texts"}, "the loop runs one way"},
	{"surveys/results", []string{"surveys", "surveys/questionnaire", "surveys/responses", "surveys/results"}, "the loop runs one way"},
	{"surveys/disclosure", []string{"surveys", "surveys/questionnaire", "surveys/responses", "surveys/texts", "surveys/results", "surveys/disclosure"}, "the loop runs one way"},
	{"surveys/decisions", []string{"surveys", "surveys/questionnaire", "surveys/disclosure", "surveys/decisions"}, "decisions rest on protected figures only"},
	{"surveys/training", []string{"surveys", "surveys/questionnaire", "surveys/disclosure", "surveys/decisions", "surveys/training"}, "matching reads protected figures only"},
	{"surveys/notices", []string{"surveys", "surveys/questionnaire", "surveys/disclosure", "surveys/decisions", "surveys/training", "surveys/notices"}, "a notice tells protected figures only"},
	{"surveys", nil, "the shared words import nothing of ours"},
	{"static", []string{"static"}, "files, and nothing else"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "weerklank.nl/weerklank/...")
	var stderr bytes.Buffer
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func under(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		at := slices.IndexFunc(layers, func(l layer) bool { return under(path, l.folder) })
		if at < 0 {
			t.Errorf("%s: no such folder in the layout (cmd handlers surveys storage static docs)", path)
			continue
		}
		l := layers[at]
		for _, imp := range p.Imports {
			ours, isOurs := strings.CutPrefix(imp, module)
			if isOurs && !slices.ContainsFunc(l.may, func(f string) bool { return covers(l, f, ours) }) {
				t.Errorf("%s imports %s: %s", path, ours, l.why)
			}
		}
	}
}

// covers tells whether the layer's leave to import folder covers the package. A
// folder covers all below it; only inside the domain does "surveys" mean the
// shared words alone, and "surveys/questionnaire" not the language under it.
func covers(l layer, folder, pkg string) bool {
	if !under(l.folder, "surveys") || l.folder == folder {
		return under(pkg, folder)
	}
	return pkg == folder
}

func TestTheDomainDoesNoInputOrOutput(t *testing.T) {
	banned := []string{"database/sql", "github.com/jmoiron/sqlx", "net/http", "github.com/gin-gonic/gin", "crypto/rand", "math/rand", "math/rand/v2", "os"}
	for _, p := range listPackages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if !under(path, "surveys") || under(path, "surveys/notices/channel") {
			continue
		}
		for _, imp := range p.Imports {
			if slices.Contains(banned, imp) {
				t.Errorf("%s imports %s: the domain does no I/O and has no clock or chance of its own", path, imp)
			}
		}
	}
}
