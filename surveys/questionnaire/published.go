package questionnaire

import (
	"encoding/json"
	"fmt"
)

// Published compiles the definition of a published version, as it is stored. It was
// compiled before it was published, so a fault in it is one of ours.
func Published(definition []byte) (*Form, error) {
	var d Definition
	if err := json.Unmarshal(definition, &d); err != nil {
		return nil, fmt.Errorf("read published definition: %w", err)
	}
	form, problems := Compile(&d)
	if form == nil {
		return nil, fmt.Errorf("compile published definition of %s: %d problems", d.FormID, len(problems))
	}
	return form, nil
}
