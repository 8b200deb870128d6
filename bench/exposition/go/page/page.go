// Package page reads a page in text format and offers its series as constant metrics, the way exporters do.
package page

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

type Label struct{ Name, Value string }

type Series struct {
	Labels []Label
	Value  float64
}

type Family struct {
	Name, Help string
	Counter    bool
	Series     []Series
}

// Read takes the counters and gauges of a page; escapes in labels are left as they are.
func Read(file string) []Family {
	input, err := os.Open(file)
	if err != nil {
		panic(err)
	}
	defer input.Close()
	var families []Family
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 1<<20)
	help := ""
	for lines.Scan() {
		line := lines.Text()
		words := strings.SplitN(line, " ", 4)
		switch {
		case strings.HasPrefix(line, "# HELP "):
			help = words[3]
		case strings.HasPrefix(line, "# TYPE "):
			families = append(families, Family{Name: words[2], Help: help, Counter: words[3] == "counter"})
		case len(families) > 0:
			last := &families[len(families)-1]
			last.Series = append(last.Series, sample(line))
		}
	}
	return families
}

func sample(line string) Series {
	var series Series
	space := strings.LastIndexByte(line, ' ')
	series.Value, _ = strconv.ParseFloat(line[space+1:], 64)
	at := strings.IndexByte(line, '{')
	for at >= 0 && line[at] != '}' {
		equals := at + strings.Index(line[at:], "=\"")
		end := equals + 2
		for line[end] != '"' {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		series.Labels = append(series.Labels, Label{line[at+1 : equals], line[equals+2 : end]})
		at = end + 1
	}
	return series
}

type collector struct {
	descriptions []*prometheus.Desc
	families     []Family
}

func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, description := range c.descriptions {
		out <- description
	}
}

func (c *collector) Collect(out chan<- prometheus.Metric) {
	for i, family := range c.families {
		kind := prometheus.GaugeValue
		if family.Counter {
			kind = prometheus.CounterValue
		}
		for _, series := range family.Series {
			values := make([]string, len(series.Labels))
			for j, label := range series.Labels {
				values[j] = label.Value
			}
			out <- prometheus.MustNewConstMetric(c.descriptions[i], kind, series.Value, values...)
		}
	}
}

// Registry offers the families as new constant metrics at each scrape.
func Registry(families []Family) *prometheus.Registry {
	c := &collector{families: families}
	for _, family := range families {
		var names []string
		for _, label := range family.Series[0].Labels {
			names = append(names, label.Name)
		}
		c.descriptions = append(c.descriptions, prometheus.NewDesc(family.Name, family.Help, names, nil))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	return registry
}
