package scheduler

import (
	"fmt"
	"sync"
	"time"
)

type worker struct {
	name string
	job  int // 0 when free
	seen time.Time
}

// Pool keeps the workers.
type Pool struct {
	name    string
	mu      sync.Mutex
	workers []*worker
	queue   *Queue
}

// New makes a queue and its pool of n workers.
func New(n int) (*Queue, *Pool) {
	q := &Queue{name: "main", jobs: map[int]*Job{}, done: make([]Job, 0, 250_000)}
	p := &Pool{name: "main", queue: q}
	q.pool = p
	for i := range n {
		p.workers = append(p.workers, &worker{name: fmt.Sprintf("worker-%d", i), seen: time.Now()})
	}
	return q, p
}

// Reserve finds a free worker for a job.
func (p *Pool) Reserve(job int) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if w.job == 0 {
			w.job = job
			return w.name, true
		}
	}
	return "", false
}

// Heartbeat is called by every worker once a second.
func (p *Pool) Heartbeat(i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.workers[i].seen = time.Now()
}

// Busy counts the workers that have a job.
func (p *Pool) Busy() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if w.job != 0 {
			n++
		}
	}
	return n
}

// Evict frees the workers that were not seen for a while. It locks the pool and then, in Requeue, the queue: the other
// way round than Queue.Assign. That is the bug.
func (p *Pool) Evict(silent time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if time.Since(w.seen) < silent || w.job == 0 {
			continue
		}
		p.queue.Requeue(w.job)
		w.job = 0
	}
}
