package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// outOf are ways to say "a folder up" which a client or a proxy could pass on, and
// names that a file system reads in another way.
var outOf = []string{"../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "%2e%2e%5c", `..\`, "..%252f", "..;/", "..%00/", "%c0%ae%c0%ae/", "//", "/./../"}

// leadsToNoFile asks in bytes of our own, which no client tidies up, for a file that lies
// in a folder of the machine: beneath the static files, logos, surveys, exports and
// ballots, as a visitor and as members of staff.
func (r *running) leadsToNoFile(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.txt")
	const inside = "what stands outside and is nobody's to read"
	if err := os.WriteFile(secret, []byte(inside), 0o600); err != nil {
		t.Fatal(err)
	}
	home, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.programme.ListSurveys(t.Context(), r.filled.Org)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	survey := "/beheer/uitvragen/" + string(list[0].ID)
	beneath := map[surveys.Role][]string{
		"":                       {"/", "/static/", "/static", "/logo/", "/s/", "/s/balie-najaar-2026/", "/b/", "/afmelden/", "/beloften/", "/beheer/", ""},
		surveys.ProgrammeManager: {survey + "/export/", survey + "/ingangen/", survey + "/", "/beheer/vragenlijsten/", "/beheer/terugkoppelingen/"},
		surveys.Administrator:    {"/beheer/logboek/", "/beheer/mensen/", "/beheer/bewaren/"},
	}
	depth, asked := 12, 0
	for role, prefixes := range beneath {
		cookies := ""
		if role != "" {
			for _, cookie := range r.staff(t, role).Jar.Cookies(home) {
				cookies += "Cookie: " + cookie.Name + "=" + cookie.Value + "\r\n"
			}
		}
		conn, err := net.Dial("tcp", home.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		answers := bufio.NewReader(conn)
		for _, prefix := range prefixes {
			targets := []string{prefix + secret, prefix + "%2f" + strings.ReplaceAll(secret[1:], "/", "%2f"), prefix + `C:\` + secret, prefix + secret + "%00.css"}
			for _, up := range outOf {
				targets = append(targets, prefix+strings.Repeat(up, depth)+strings.TrimPrefix(secret, "/"), prefix+strings.Repeat(up, depth)+strings.ReplaceAll(secret[1:], "/", "%2f"))
			}
			for _, target := range targets {
				if !strings.HasPrefix(target, "/") {
					target = "/" + target
				}
				target = strings.ReplaceAll(target, " ", "%20")
				if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", target, home.Host, cookies)
				resp, err := http.ReadResponse(answers, nil)
				if err != nil {
					t.Fatalf("GET %s as %q: %v", target, role, err)
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				asked++
				if resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusForbidden {
					t.Errorf("GET %s as %q: %s, to %q", target, role, resp.Status, resp.Header.Get("Location"))
				}
				if bytes.Contains(body, []byte(inside)) {
					t.Errorf("GET %s as %q reads a file of the machine", target, role)
				}
				if resp.Close { // after a request that the server could not read
					if conn, err = net.Dial("tcp", home.Host); err != nil {
						t.Fatal(err)
					}
					defer conn.Close()
					answers = bufio.NewReader(conn)
				}
			}
		}
	}
	if asked < 400 {
		t.Errorf("only %d addresses were asked for", asked)
	}
}

// unpacksNowhereElse reads in files whose parts and names lead out of the folder, and
// downloads what came of them.
func (r *running) unpacksNowhereElse(t *testing.T) {
	dir := t.TempDir()
	aim := strings.TrimPrefix(filepath.Join(dir, "planted.csv"), "/")
	client := r.staff(t, surveys.ProgrammeManager)
	sends := func(path, field, name string, file []byte, attached map[string]string) *http.Response {
		t.Helper()
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		part := func(field, name string, data []byte) {
			w, err := m.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="%s"`, field, name)}})
			if err == nil {
				_, err = w.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		part(field, name, file)
		for name, text := range attached {
			part("bijlagen", name, []byte(text))
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		resp, err := client.Post(r.url+path, m.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	form := &questionnaire.Definition{FormID: "straten", DefaultLanguage: "nl", Languages: []questionnaire.Language{{Tag: "nl", Code: "nl"}}, Items: []*questionnaire.Item{
		{Kind: questionnaire.Question, Name: "straat", Type: questionnaire.TypeOneFromFile, List: "planted.csv", Label: questionnaire.Texts{"nl": "Welke straat?"}},
	}}
	const streets = "name,label\nkade,Kade\nbrug,Brug\n"
	var workbook bytes.Buffer
	if err := interchange.WriteXLSForm(&workbook, form); err != nil {
		t.Fatal(err)
	}
	zipped := func(parts map[string][]byte) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for name, data := range parts {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	withParts := func(extra ...string) []byte { // the workbook, with parts beside its own
		from, err := zip.NewReader(bytes.NewReader(workbook.Bytes()), int64(workbook.Len()))
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string][]byte{}
		for _, f := range from.File {
			part, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if parts[f.Name], err = io.ReadAll(part); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range extra {
			parts[name] = []byte("planted")
		}
		return zipped(parts)
	}
	climbs, climbsBack := strings.Repeat("../", 12)+aim, strings.Repeat(`..\`, 12)+strings.ReplaceAll(aim, "/", `\`)
	form.Files = []*questionnaire.File{{Name: climbsBack, Text: streets}}
	asJSON, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	drafts := func() map[surveys.ID]bool {
		list, err := r.programme.ListQuestionnaires(t.Context(), r.filled.Org)
		if err != nil {
			t.Fatal(err)
		}
		there := map[surveys.ID]bool{}
		for i := range list {
			there[list[i].ID] = true
		}
		return there
	}
	stored, known := 0, drafts()
	for what, file := range map[string]struct {
		name     string
		data     []byte
		attached map[string]string
	}{
		"a workbook with parts that climb":             {name: "a.xlsx", data: withParts(climbs, climbsBack, "/"+aim, "xl/../../"+climbs)},
		"a workbook whose own name climbs":             {name: climbs + ".xlsx", data: workbook.Bytes()},
		"a table whose name climbs":                    {name: "a.xlsx", data: workbook.Bytes(), attached: map[string]string{climbs: streets}},
		"a table whose name climbs as on Windows":      {name: "a.xlsx", data: workbook.Bytes(), attached: map[string]string{`..\\..\\planted.csv`: streets}},
		"a form with its tables, which climb":          {name: "a.zip", data: zipped(map[string][]byte{"../../a.xlsx": workbook.Bytes(), climbs: []byte(streets)})},
		"a form with its tables, as on Windows":        {name: "a.zip", data: zipped(map[string][]byte{"a.xlsx": workbook.Bytes(), climbsBack: []byte(streets)})},
		"a form as JSON, which names a table":          {name: "a.json", data: asJSON},
		"an archive of LimeSurvey with parts of Linux": {name: "a.lsa", data: zipped(map[string][]byte{climbs: []byte("planted"), "../../survey.lss": []byte("<document/>")})},
	} {
		resp := sends("/beheer/vragenlijsten/inlezen", "bestand", file.name, file.data, file.attached)
		if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s is answered with %s", what, resp.Status)
		}
		now := drafts()
		if resp.StatusCode == http.StatusUnprocessableEntity && len(now) > len(known) {
			t.Errorf("%s is refused and stored", what)
		}
		var id surveys.ID
		for at := range now {
			if !known[at] {
				id = at
			}
		}
		known = now
		if id == "" {
			t.Logf("%s is refused in words", what)
			continue
		}
		stored++
		out, err := client.Get(r.url + "/beheer/vragenlijsten/" + string(id) + "/xlsx")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(out.Body)
		out.Body.Close()
		if err != nil || out.StatusCode != http.StatusOK {
			t.Fatalf("%s cannot be downloaded: %s, %v", what, out.Status, err)
		}
		if name := out.Header.Get("Content-Disposition"); strings.ContainsAny(name, `/\`) || strings.Contains(name, "..") {
			t.Errorf("%s is downloaded as %s", what, name)
		}
		if out.Header.Get("Content-Type") != "application/zip" {
			continue
		}
		bundle, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range bundle.File {
			if strings.ContainsAny(part.Name, `/\`) || strings.Contains(part.Name, "..") {
				t.Errorf("%s is downloaded with the part %q, which leads out of the folder where it is unpacked", what, part.Name)
			}
		}
	}
	if stored < 7 {
		t.Errorf("only %d of the eight files were read in", stored)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("something was written where a name led: %v, %v", left, err)
	}
}
