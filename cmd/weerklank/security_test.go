package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asvs is how many requirements each section of OWASP ASVS 5.0.0 has, and which of them
// are of level 3 alone. V10 (OAuth) and V17 (WebRTC) are no subject as a whole.
var asvs = map[string]struct {
	all  int
	high []int
}{
	"1.1": {2, nil}, "1.2": {10, []int{10}}, "1.3": {12, []int{12}}, "1.4": {3, nil}, "1.5": {3, []int{3}},
	"2.1": {3, nil}, "2.2": {3, nil}, "2.3": {5, []int{5}}, "2.4": {2, []int{2}},
	"3.1": {1, []int{1}}, "3.2": {3, []int{3}}, "3.3": {5, []int{5}}, "3.4": {8, []int{7, 8}}, "3.5": {8, []int{6, 7, 8}}, "3.6": {1, []int{1}}, "3.7": {5, []int{3, 4, 5}},
	"4.1": {5, []int{4, 5}}, "4.2": {5, []int{2, 3, 4, 5}}, "4.3": {2, nil}, "4.4": {4, nil},
	"5.1": {1, nil}, "5.2": {6, []int{4, 5, 6}}, "5.3": {3, []int{3}}, "5.4": {3, nil},
	"6.1": {3, nil}, "6.2": {12, nil}, "6.3": {8, []int{5, 6, 7, 8}}, "6.4": {6, []int{5, 6}}, "6.5": {8, []int{6, 7, 8}}, "6.6": {4, []int{4}}, "6.7": {2, []int{1, 2}}, "6.8": {4, nil},
	"7.1": {3, nil}, "7.2": {4, nil}, "7.3": {2, nil}, "7.4": {5, nil}, "7.5": {3, []int{3}}, "7.6": {2, nil},
	"8.1": {4, []int{3, 4}}, "8.2": {4, []int{4}}, "8.3": {3, []int{2, 3}}, "8.4": {2, []int{2}},
	"9.1": {3, nil}, "9.2": {4, nil},
	"11.1": {4, []int{3, 4}}, "11.2": {5, []int{4, 5}}, "11.3": {5, []int{4, 5}}, "11.4": {4, nil}, "11.5": {2, []int{2}}, "11.6": {2, []int{2}}, "11.7": {2, []int{1, 2}},
	"12.1": {5, []int{4, 5}}, "12.2": {2, nil}, "12.3": {5, []int{5}},
	"13.1": {4, []int{2, 3, 4}}, "13.2": {6, []int{6}}, "13.3": {4, []int{3, 4}}, "13.4": {7, []int{6, 7}},
	"14.1": {2, nil}, "14.2": {8, []int{5, 6, 7, 8}}, "14.3": {3, nil},
	"15.1": {5, []int{4, 5}}, "15.2": {5, []int{4, 5}}, "15.3": {7, nil}, "15.4": {4, []int{1, 2, 3, 4}},
	"16.1": {1, nil}, "16.2": {5, nil}, "16.3": {4, nil}, "16.4": {3, nil}, "16.5": {4, []int{4}},
}

// requirement is a number, or the first of several: "6.5.3–6.5.5".
var requirement = regexp.MustCompile(`\b(\d+\.\d+)\.(\d+)(?:–(\d+\.\d+)\.(\d+))?`)

// TestSecurityNamesEveryRequirementOfLevelTwo holds the numbers of docs/security.md against
// those of the standard: none is left out, none is made up, and what is of level 3 says so.
func TestSecurityNamesEveryRequirementOfLevelTwo(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(page), "\n## V1 ")
	named := map[string]int{}
	for line := range strings.Lines(body) {
		cell := line
		if strings.HasPrefix(line, "| ") { // of a row, what it is about
			cell, _, _ = strings.Cut(line[2:], " | ")
		}
		for _, m := range requirement.FindAllStringSubmatch(cell, -1) {
			first, _ := strconv.Atoi(m[2])
			last := first
			if m[3] != "" {
				last, _ = strconv.Atoi(m[4])
				if m[3] != m[1] {
					t.Errorf("%s goes from one section to another", m[0])
				}
			}
			for n := first; n <= last; n++ {
				named[fmt.Sprintf("%s.%d", m[1], n)]++
				if high := slices.Contains(asvs[m[1]].high, n); high != strings.Contains(cell, "(L3)") {
					t.Errorf("%s.%d is of level 3 is %v, and the page says otherwise", m[1], n, high)
				}
			}
		}
	}
	for section, has := range asvs {
		for n := 1; n <= has.all; n++ {
			number := fmt.Sprintf("%s.%d", section, n)
			if times := named[number]; times > 1 || times == 0 && !slices.Contains(has.high, n) {
				t.Errorf("%s stands on the page %d times", number, times)
			}
			delete(named, number)
		}
	}
	if len(named) > 0 {
		t.Errorf("the standard has no %v", slices.Sorted(maps.Keys(named)))
	}
}
