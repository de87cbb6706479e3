module example.test/jobs

go 1.22
