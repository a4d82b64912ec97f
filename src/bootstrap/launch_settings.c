/* What is configured of programs, and what they are like if nothing is said. */
#include <stdlib.h>
#include <unistd.h>

#include "launch.h"
#include "words.h"

#define NS_PER_S UINT64_C(1000000000)

struct launch_settings *
launch_settings_new(void)
{
	struct launch_settings *settings = calloc(1, sizeof(*settings));

	if (!settings)
		return NULL;
	settings->uid = geteuid();
	settings->attempts = 5;
	settings->throttle_ns = 1 * NS_PER_S;
	settings->throttle_limit_ns = 60 * NS_PER_S;
	settings->start_limit_ns = 30 * NS_PER_S;
	settings->stop_limit_ns = 5 * NS_PER_S;
	return settings;
}

void
launch_settings_free(struct launch_settings *settings)
{
	if (!settings)
		return;
	words_free(settings->arguments);
	words_free(settings->environment);
	account_deinit(&settings->account);
	free(settings->directory);
	free(settings);
}

struct launch_settings *
launch_settings_parse(const char *command, uid_t uid, bool on_demand)
{
	struct launch_settings *settings = launch_settings_new();

	if (!settings)
		return NULL;
	settings->uid = uid;
	settings->keep = on_demand ? LAUNCH_ON_DEMAND : LAUNCH_ALWAYS;
	if (!words_split(command, &settings->arguments) &&
	    settings->arguments[0][0] == '/' &&
	    !account_find(&settings->account, NULL, uid) &&
	    account_is_possible(&settings->account))
		return settings;
	launch_settings_free(settings);
	return NULL;
}
