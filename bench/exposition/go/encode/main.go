// Encodes the series of a page with client_golang or VictoriaMetrics/metrics, for some time, and prints the
// processor time of the cheapest run in nanoseconds, the collector of garbage included: encode client_golang|victoriametrics FILE SECONDS
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/common/expfmt"

	"winjob/bench/page"
)

func victoriaMetrics(families []page.Family) func() int {
	set := metrics.NewSet()
	for _, family := range families {
		for _, series := range family.Series {
			name := fmt.Sprintf("%s{job_object=%q}", family.Name, series.Labels[0].Value)
			value := series.Value
			if family.Counter && value == float64(uint64(value)) {
				set.NewCounter(name).Set(uint64(value))
			} else if family.Counter {
				set.NewFloatCounter(name).Set(value)
			} else {
				set.NewGauge(name, func() float64 { return value })
			}
		}
	}
	var out bytes.Buffer
	return func() int {
		out.Reset()
		set.WritePrometheus(&out)
		return out.Len()
	}
}

func clientGolang(families []page.Family) func() int {
	gatherer := page.Registry(families)
	var out bytes.Buffer
	return func() int {
		out.Reset()
		gathered, err := gatherer.Gather()
		if err != nil {
			panic(err)
		}
		encoder := expfmt.NewEncoder(&out, expfmt.FmtText)
		for _, family := range gathered {
			if err := encoder.Encode(family); err != nil {
				panic(err)
			}
		}
		return out.Len()
	}
}

func processorTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	families := page.Read(os.Args[2])
	sides := map[string]func([]page.Family) func() int{
		"client_golang": clientGolang, "victoriametrics": victoriaMetrics,
	}
	encode := sides[os.Args[1]](families)
	seconds, _ := strconv.ParseFloat(os.Args[3], 64)
	size, best := encode(), int64(1)<<62
	for began, runs := time.Now(), 0; runs < 3 || time.Since(began).Seconds() < seconds; runs++ {
		// The clock of processor time is coarse: many runs of small pages are one measurement.
		count, start := int64(0), processorTime()
		for batch := time.Now(); count == 0 || time.Since(batch) < 20*time.Millisecond; count++ {
			size = encode()
		}
		if took := (processorTime() - start) / count; took < best {
			best = took
		}
	}
	fmt.Println(best, size)
}
