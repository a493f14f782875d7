/* SPDX-License-Identifier: Apache-2.0 */
#include "store/reader.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

void read_run(const struct db_driver *driver, struct db *db, struct read *r)
{
	struct statements facts = { .arena = r->arena };

	r->ops->ask(r, &facts);
	r->status = driver->begin(db, false, &r->error);
	if (r->status == ST_OK)
		r->status = driver->run(db, &facts, r->arena, &r->error);
	driver->rollback(db);
	if (r->status == ST_OK)
		r->status = r->ops->take(r, &facts);
}

struct reader {
	struct reader_pool *pool;
	struct db *db;
	pthread_t thread;
};

struct reader_pool {
	const struct db_driver *driver;
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	STAILQ_HEAD(, read) reads;
	size_t waiting;
	bool closed;
	size_t n;
	struct reader readers[];
};

static void *reader_main(void *arg)
{
	struct reader *self = arg;
	struct reader_pool *p = self->pool;
	struct read *r;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!(r = STAILQ_FIRST(&p->reads)) && !p->closed)
			(void)pthread_cond_wait(&p->arrived, &p->lock);
		if (!r)
			break;
		STAILQ_REMOVE_HEAD(&p->reads, link);
		p->waiting--;
		(void)pthread_mutex_unlock(&p->lock);
		read_run(p->driver, self->db, r);
		r->done(r);
		(void)pthread_mutex_lock(&p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct reader_pool *reader_pool_new(
	const struct db_driver *driver, struct db *const *dbs, size_t n)
{
	struct reader_pool *p = calloc(1, sizeof(*p) + n * sizeof(p->readers[0]));

	if (!p)
		die("out of memory: readers");
	p->driver = driver;
	p->n = n;
	STAILQ_INIT(&p->reads);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->arrived, NULL);
	for (size_t i = 0; i < n; i++) {
		p->readers[i] = (struct reader){ .pool = p, .db = dbs[i] };
		if (pthread_create(
			    &p->readers[i].thread, NULL, reader_main, &p->readers[i]) != 0)
			die("cannot start a reader's thread");
	}
	return p;
}

void reader_pool_free(struct reader_pool *p)
{
	if (!p)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->closed = true;
	(void)pthread_cond_broadcast(&p->arrived);
	(void)pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->n; i++) {
		(void)pthread_join(p->readers[i].thread, NULL);
		p->driver->close(p->readers[i].db);
	}
	(void)pthread_cond_destroy(&p->arrived);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

enum status reader_pool_submit(struct reader_pool *p, struct read *r)
{
	bool full;

	(void)pthread_mutex_lock(&p->lock);
	full = p->waiting >= LIMIT_READ_QUEUE;
	if (!full) {
		STAILQ_INSERT_TAIL(&p->reads, r, link);
		p->waiting++;
		(void)pthread_cond_signal(&p->arrived);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return full ? ST_BUSY : ST_OK;
}
