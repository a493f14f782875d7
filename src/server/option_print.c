/* SPDX-License-Identifier: Apache-2.0 */
/* option_print.c -- --help and the reference, printed from the table. */
#include "server/option_table.h"

static const char *row_doc(const struct option *row, enum language language)
{
	return language == LANG_ZH ? row->zh : row->doc;
}

/* The default as a reader should see it; NULL without one. */
static const char *row_default(const struct option *row, enum language language)
{
	const char *shown =
		language == LANG_ZH && row->shown_zh ? row->shown_zh : row->shown;

	return shown ? shown : row->fallback;
}

/* Without the marks that are for the reference. */
static void print_plain(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text != '`')
			fputc(*text, out);
}

void options_print_help(FILE *out, enum language language)
{
	bool zh = language == LANG_ZH;

	fputs(zh ? "用法：qund [命令] [--选项 [值]]...\n\n"
		 : "usage: qund [COMMAND] [--OPTION [VALUE]]...\n\n",
		out);
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command_row *row = &command_table[i];
		int width = fprintf(out, "  %s %s", row->name, row->usage);

		fprintf(out, "%*s%s\n", width < 40 ? 40 - width : 1, "",
			zh ? row->zh : row->doc);
	}
	fputc('\n', out);
	for (const struct option *row = option_table; row->name; row++) {
		const char *fallback = row_default(row, language);
		int width;

		if (row->flags & OPTION_HIDDEN)
			continue;
		width = fprintf(out, "  --%s %s", row->name, row->arg ? row->arg : "");
		fprintf(out, "%*s", width < 30 ? 30 - width : 1, "");
		print_plain(out, row_doc(row, language));
		if (fallback) {
			fputs(zh ? "（默认：" : " (default: ", out);
			print_plain(out, fallback);
			fputs(zh ? "）" : ")", out);
		}
		fputc('\n', out);
	}
}

static const char *const preamble[] = {
	"# Options of qund\n\n"
	"Printed by the program from the table that it reads its options with; do not "
	"edit.\n\n"
	"An option can be given on the command line, in the environment, and in the file "
	"that\n"
	"`--config` names (there without section, or under `[qund]`). The command line "
	"wins over\n"
	"the environment, the environment over the file, the file over the default; a list "
	"is\n"
	"replaced as a whole. On the command line and in the file a repeatable option is "
	"repeated;\n"
	"in the environment its values are separated by commas. An option without a value "
	"is a\n"
	"switch: on the command line `--hints` or `--hints=no`, elsewhere `yes` or `no`. "
	"An empty\n"
	"variable counts as not set. A bad value stops the start with exit status 2.\n\n"
	"Commands other than `serve` take `--config`, `--data` and `--log`, and what is "
	"said "
	"of\n"
	"them below; of the environment and the file they leave the rest alone.\n\n"
	"| command | meaning |\n"
	"|---|---|\n",
	"# qund 的选项\n\n"
	"本页由程序从解析选项所用的表中打印，请勿手工修改。\n\n"
	"选项可以写在命令行、环境变量，以及 `--config` 指定的文件中（文件里不分节，或写在 "
	"`[qund]` 节下）。\n"
	"优先级：命令行高于环境变量，环境变量高于文件，文件高于默认值；列表整体替换。可重复"
	"的选项在命令行和\n"
	"文件中重复书写，在环境变量中用逗号分隔。没有值的选项是开关：命令行写 `--hints` 或 "
	"`--hints=no`，\n"
	"其他地方写 `yes` 或 `no`。空的环境变量视为未设置。值有误时启动失败，退出码为 "
	"2。\n\n"
	"`serve` 以外的命令只接受 `--config`、`--data`、`--log` "
	"以及下表注明的选项；环境变量和文件中的其他选项不起作用。\n\n"
	"| 命令 | 含义 |\n"
	"|---|---|\n",
};

static const char *const columns[] = {
	"\n| command line | environment | file | default | meaning |\n"
	"|---|---|---|---|---|\n",
	"\n| 命令行 | 环境变量 | 文件 | 默认值 | 含义 |\n"
	"|---|---|---|---|---|\n",
};

/* A bar ends a cell. */
static void print_cell(FILE *out, const char *text)
{
	for (; *text; text++)
		fprintf(out, *text == '|' ? "\\%c" : "%c", *text);
}

static void print_row(FILE *out, const struct option *row, enum language language)
{
	const char *fallback = row_default(row, language);
	bool code = fallback && fallback == row->fallback;
	char env[64];

	option_env_name(row, env, sizeof(env));
	fprintf(out, "| `--%s", row->name);
	if (row->arg) {
		fputc(' ', out);
		print_cell(out, row->arg);
	}
	if (row->flags & OPTION_COMMAND_LINE)
		fputs("` | | | ", out);
	else if (row->flags & OPTION_NOT_IN_FILE)
		fprintf(out, "` | `%s` | | ", env);
	else
		fprintf(out, "` | `%s` | `%s` | ", env, row->name);
	if (fallback)
		fprintf(out, code ? "`%s`" : "%s", fallback);
	fprintf(out, " | %s |\n", row_doc(row, language));
}

void options_print_reference(FILE *out, enum language language)
{
	fputs(preamble[language], out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "| `qund %s %s` | %s |\n", command_table[i].name,
			command_table[i].usage,
			language == LANG_ZH ? command_table[i].zh : command_table[i].doc);
	fputs(columns[language], out);
	for (const struct option *row = option_table; row->name; row++)
		if (!(row->flags & OPTION_HIDDEN))
			print_row(out, row, language);
}
