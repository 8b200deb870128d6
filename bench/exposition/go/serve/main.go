// Serves the series of a page with promhttp until its input ends: serve PORT FILE
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"winjob/bench/page"
)

func main() {
	registry := page.Registry(page.Read(os.Args[2]))
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	go http.Serve(listener, nil)
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}
