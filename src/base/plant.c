/* SPDX-License-Identifier: Apache-2.0 */
#include "base/plant.h"

#ifdef QUN_PLANTS

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const plants[] = {
	"backup_without_log", /* the database file alone */
	"backup_without_media",
	"restore_without_sums", /* whatever the backup's files hold is taken */
	"verify_skips_replay", /* counts the ledger's rows, and no more */
	"http_bare_lf", /* LF alone ends a line of the head */
	"http_blank_before_colon", /* and the name goes on without it */
	"http_length_and_chunked", /* both are taken, the length is ignored */
	"http_two_lengths", /* the second is taken */
	"chunk_size_off_by_one", /* 10 is 15 bytes */
	"chunk_extension_unbounded",
	"json_duplicate_keys", /* the last one counts */
	"point_unchecked", /* an app needs no permission point */
	"expiry_unchecked", /* a token that was given never expires */
	"corp_not_compared", /* chat/get finds groups of every corp */
	"owner_scope_skipped", /* the present owner may be out of sight */
	"maker_unchecked", /* every app may change every group of its corp */
	"caller_not_confirmed", /* what the cache says goes in the transaction too */
	"expired_kept", /* a token that has expired stays in the store */
	"clock_followed_back", /* the steady clock goes back with the wall clock */
	"time_of_32_bits", /* a change's time is kept as seconds in 32 bits */
	"tries_by_wall", /* wrong secrets are counted in minutes of the wall clock */
	"ack_before_commit", /* the commit comes after the answers */
	"log_removed_at_start", /* with what was not checkpointed */
	"no_ledger_row", /* of each eighth version */
	"media_folder_unsynced", /* a new name may be lost */
	"checkpoint_failure_ignored",
	"no_space_is_success", /* of a commit */
	"short_write_ignored", /* of an upload */
	"sync_result_ignored", /* of a commit */
	"synchronous_normal", /* commits are not synced, checkpoints are */
	"synchronous_off", /* nothing is synced */
	"two_transactions", /* ledger first, then the state */
	"stale_snapshot", /* a reading connection goes on in the transaction it was in */
	"update_lost", /* an update is answered and not written, now and then */
	"members_not_written", /* the ledger has who came and went, the group has not */
	"head_deadline_extended", /* by every byte */
	"write_deadline_unset",
	"handshake_deadline_unset",
	"reads_while_busy", /* what comes while a request is in flight is kept without end
			     */
	"address_uncounted", /* an address may have any number of connections */
	"request_leaked", /* what a request was answered from stays in memory */
	"aborted_kept", /* a connection that ends in the middle of a body stays open */
	"checkpoint_skipped", /* the log only grows */
	"upload_left", /* a file that was not kept stays on disk */
	"queue_unbounded", /* every change is taken, however many are waiting */
	NULL,
};

static const char *const kill_points[] = {
	"checkpoint.begin",
	"checkpoint.end",
	"close.begin",
	"close.checkpointed",
	"db.statement",
	"departure.found",
	"departure.left",
	"file.renamed",
	"file.written",
	"media.kept",
	"media.renamed",
	"media.synced",
	"media.written",
	"migrate.applied",
	"migrate.before_commit",
	"migrate.log_on",
	"migrate.tables_made",
	"start.migrated",
	"start.opened",
	"start.step",
	"start.swept",
	"stop.step",
	"sweep.batch",
	"tls.key_written",
	"upload.written",
	"world.write",
	"writer.before_commit",
	"writer.change",
	"writer.committed",
	"writer.decided",
	"writer.reported",
	"writer.told",
	NULL,
};

/* Its index, or the process ends: a harness that plants a misspelt fault proves nothing. */
static size_t index_of(const char *const *names, const char *name, size_t length)
{
	for (size_t i = 0; names[i]; i++) {
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return i;
	}
	fprintf(stderr, "plant: no such name: %.*s\n", (int)length, name);
	abort();
}

bool plant(const char *name)
{
	const char *chosen = getenv("QUN_PLANT");
	size_t asked = index_of(plants, name, strlen(name));

	return chosen && index_of(plants, chosen, strlen(chosen)) == asked;
}

void kill_point(const char *name)
{
	static atomic_long passed[sizeof(kill_points) / sizeof(kill_points[0])];
	const char *chosen = getenv("QUN_KILL_AT");
	size_t asked = index_of(kill_points, name, strlen(name));
	size_t length;
	long turn;

	if (!chosen)
		return;
	length = strcspn(chosen, ":");
	if (index_of(kill_points, chosen, length) != asked)
		return;
	turn = chosen[length] ? strtol(chosen + length + 1, NULL, 10) : 1;
	if (atomic_fetch_add(&passed[asked], 1) + 1 == turn)
		raise(SIGKILL);
}

static _Atomic int64_t no_shift;
static _Atomic int64_t *clock_shift_file = &no_shift;

static void open_clock(void)
{
	const char *path = getenv("QUN_CLOCK");
	int fd;

	if (!path)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	clock_shift_file =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, sizeof(no_shift), PROT_READ, MAP_SHARED, fd, 0);
	if (clock_shift_file == MAP_FAILED) {
		fprintf(stderr, "plant: %s cannot be read\n", path);
		abort();
	}
	(void)close(fd);
}

int64_t plant_clock_ms(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, open_clock);
	return *clock_shift_file;
}

#endif
