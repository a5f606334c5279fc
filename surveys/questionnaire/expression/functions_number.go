package expression

import (
	"math"
	"math/big"
)

var trigonometry = map[string]func(float64) float64{
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan,
	"asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
	"exp": math.Exp, "exp10": func(x float64) float64 { return math.Pow(10, x) },
	"log": math.Log, "log10": math.Log10, "sqrt": math.Sqrt, "abs": math.Abs,
}

func pi(*Run, *node) Value { return NumberOf(math.Pi) }

func atan2(r *Run, n *node) Value { return NumberOf(math.Atan2(r.number(n, 0), r.number(n, 1))) }

func integer(r *Run, n *node) Value { return NumberOf(math.Trunc(r.number(n, 0))) }
func floor(r *Run, n *node) Value   { return NumberOf(math.Floor(r.number(n, 0))) }
func ceiling(r *Run, n *node) Value { return NumberOf(math.Ceil(r.number(n, 0))) }
func pow(r *Run, n *node) Value     { return NumberOf(math.Pow(r.number(n, 0), r.number(n, 1))) }

// round goes to the nearest whole number, a half upwards, as XPath 1.0 says. With
// a number of decimals it goes by the decimal digits, a half away from zero.
func round(r *Run, n *node) Value {
	x := r.number(n, 0)
	if len(n.args) == 1 {
		whole := math.Floor(x) // x + 0.5 would itself be rounded
		if x-whole >= 0.5 {
			whole++
		}
		return NumberOf(whole)
	}
	decimals := r.number(n, 1)
	if math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(decimals) {
		return NumberOf(math.NaN())
	}
	if decimals > 300 {
		return NumberOf(x)
	}
	if decimals < -300 {
		return NumberOf(0)
	}
	return NumberOf(roundDecimal(x, int(decimals)))
}

// roundDecimal rounds the shortest decimal that stands for x, so that 1.005 with
// two decimals is 1.01, as on paper.
func roundDecimal(x float64, decimals int) float64 {
	exact, ok := new(big.Rat).SetString(FormatNumber(x))
	if !ok {
		return x
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(decimals, -decimals))), nil))
	if decimals < 0 {
		scale.Inv(scale)
	}
	exact.Mul(exact, scale)
	half := big.NewRat(1, 2)
	if exact.Sign() < 0 {
		half.Neg(half)
	}
	exact.Add(exact, half)
	whole := new(big.Int).Quo(exact.Num(), exact.Denom()) // towards zero
	result := new(big.Rat).SetInt(whole)
	f, _ := result.Quo(result, scale).Float64()
	return f
}

// each calls f with every number among the arguments: a question in a repeat
// gives one an instance.
func (r *Run) each(n *node, f func(float64)) {
	for _, a := range n.args {
		if isPath(a) {
			for _, m := range r.nodes(a) {
				f(parseNumber(m.Text, r.zone()))
			}
			continue
		}
		v := r.eval(a)
		f(v.numberIn(r.zone()))
	}
}

func sum(r *Run, n *node) Value {
	total := 0.0
	r.each(n, func(x float64) { total += x })
	return NumberOf(total)
}

func least(r *Run, n *node) Value    { return extreme(r, n, math.Min) }
func greatest(r *Run, n *node) Value { return extreme(r, n, math.Max) }

// extreme is NaN when there is nothing, or when one is no number.
func extreme(r *Run, n *node, better func(a, b float64) float64) Value {
	best, first := math.NaN(), true
	r.each(n, func(x float64) {
		if first {
			best, first = x, false
			return
		}
		best = better(best, x)
	})
	return NumberOf(best)
}
