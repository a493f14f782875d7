/* SPDX-License-Identifier: Apache-2.0 */
/* api_internal.h -- the insides of struct api, for the files of this folder. */
#ifndef QUN_API_API_INTERNAL_H
#define QUN_API_API_INTERNAL_H

#include "api/api.h"
#include "api/attempts.h"
#include "api/explain.h"
#include "api/gate.h"
#include "api/throttle.h"
#include "base/random.h"

#include <stdatomic.h>

struct api {
	struct api_options options;
	struct explanations *explanations;
	struct attempts *attempts;
	struct throttle *throttle; /* NULL: calls have no limits */
	struct gate_cache **gates; /* one for each loop */
	struct random_pool *ids; /* likewise: what requests' ids are made of */
	_Atomic uint64_t answered_2xx, answered_4xx, answered_5xx,
		dropped; /* for the metrics */
	int64_t started_us;
};

#endif
