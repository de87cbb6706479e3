// Package scheduler hands jobs to workers. It deadlocks: see Queue.Assign and Pool.Evict.
package scheduler

import (
	"sync"
	"time"
)

// Job is one piece of work.
type Job struct {
	ID     int
	Worker string // empty while the job waits
}

// Queue keeps all jobs that are not done.
type Queue struct {
	name string
	mu   sync.Mutex
	jobs map[int]*Job
	done []Job // the archive
	pool *Pool
	next int
}

// Add appends a job.
func (q *Queue) Add() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next++
	q.jobs[q.next] = &Job{ID: q.next}
	return q.next
}

// Pending counts the jobs without a worker.
func (q *Queue) Pending() (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, job := range q.jobs {
		if job.Worker == "" {
			n++
		}
	}
	return n
}

// Assign gives a waiting job to a free worker. It locks the queue and then, in Reserve, the pool.
func (q *Queue) Assign() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, job := range q.jobs {
		if job.Worker != "" {
			continue
		}
		q.journal(job)
		worker, ok := q.pool.Reserve(job.ID)
		if !ok {
			return false
		}
		job.Worker = worker
		return true
	}
	return false
}

// Requeue takes a job back from its worker.
func (q *Queue) Requeue(id int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if job := q.jobs[id]; job != nil {
		job.Worker = ""
	}
}

// Finish moves a job to the archive.
func (q *Queue) Finish(id int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if job := q.jobs[id]; job != nil {
		q.done = append(q.done, *job)
		delete(q.jobs, id)
	}
}

// journal stands for a write to a slow disk.
func (q *Queue) journal(*Job) { time.Sleep(20 * time.Millisecond) }
