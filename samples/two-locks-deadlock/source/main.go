// Command jobs is a small job scheduler with an HTTP API, and a deadlock.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"
	"time"

	"example.test/jobs/scheduler"
)

const workers = 4

func main() {
	queue, pool := scheduler.New(workers)
	go every(5*time.Millisecond, func() { queue.Assign() })
	go every(30*time.Millisecond, func() { pool.Evict(100 * time.Millisecond) })
	for i := range workers {
		go every(time.Second, func() { pool.Heartbeat(i) })
	}
	http.HandleFunc("POST /jobs", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, queue.Add()) })
	http.HandleFunc("GET /jobs", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, queue.Pending()) })
	http.HandleFunc("GET /workers", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, pool.Busy()) })
	http.HandleFunc("DELETE /jobs/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, _ := strconv.Atoi(r.PathValue("id"))
		queue.Finish(id)
	})
	log.Printf("%d workers, listening on %s", workers, os.Args[1])
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

func every(interval time.Duration, f func()) {
	for range time.Tick(interval) {
		f()
	}
}
