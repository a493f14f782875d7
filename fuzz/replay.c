/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c -- runs every file of the folders named through the harness it is linked with,
 * then the empty input. */
#include "fuzz/fuzz.h"

#include "base/status.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static size_t replay_file(const char *dir, const char *name)
{
	struct buf path = { 0 }, content = { 0 };
	char piece[4096];
	size_t n;
	FILE *f;

	buf_printf(&path, "%s/%s", dir, name);
	buf_add(&path, "", 1);
	f = fopen(path.p, "rb");
	if (!f)
		die("%s: %s", path.p, strerror(errno));
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&content, piece, n);
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&content).p, content.n);
	buf_fini(&content);
	buf_fini(&path);
	return 1;
}

static size_t replay_folder(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t files = 0;

	if (!d)
		die("%s: %s", dir, strerror(errno));
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			files += replay_file(dir, entry->d_name);
	(void)closedir(d);
	return files;
}

int main(int argc, char **argv)
{
	size_t files = 0;

	for (int i = 1; i < argc; i++)
		files += replay_folder(argv[i]);
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	(void)printf("%zu inputs\n", files);
	return files ? 0 : 1;
}
