package expression

// Function tells of a function of the language how it is called.
type Function struct {
	Name        string
	Least, Most int  // arguments; Most is negative where there may be any number
	Pairs       bool // the arguments come in pairs
}

// Functions lists the functions of the language, in alphabetical order.
func Functions() []Function {
	list := make([]Function, 0, len(sortedNames))
	for _, name := range sortedNames {
		f := functions[name]
		list = append(list, Function{Name: name, Least: f.least, Most: f.most, Pairs: f.pairs})
	}
	return list
}
