#pragma once

#include "hebb/core/catalogue.h"         // IWYU pragma: export
#include "hebb/core/error.h"             // IWYU pragma: export
#include "hebb/core/fields.h"            // IWYU pragma: export
#include "hebb/core/log.h"               // IWYU pragma: export
#include "hebb/core/random.h"            // IWYU pragma: export
#include "hebb/core/version.h"           // IWYU pragma: export
#include "hebb/data/catalogue.h"         // IWYU pragma: export
#include "hebb/data/check.h"             // IWYU pragma: export
#include "hebb/data/csv.h"               // IWYU pragma: export
#include "hebb/data/dataset.h"           // IWYU pragma: export
#include "hebb/data/formats.h"           // IWYU pragma: export
#include "hebb/data/generators.h"        // IWYU pragma: export
#include "hebb/estimators/estimator.h"   // IWYU pragma: export
#include "hebb/estimators/linear.h"      // IWYU pragma: export
#include "hebb/estimators/mlp.h"         // IWYU pragma: export
#include "hebb/metrics/catalogue.h"      // IWYU pragma: export
#include "hebb/metrics/curves.h"         // IWYU pragma: export
#include "hebb/metrics/evaluation.h"     // IWYU pragma: export
#include "hebb/nn/network.h"             // IWYU pragma: export
#include "hebb/plot/figure.h"            // IWYU pragma: export
#include "hebb/plot/plots.h"             // IWYU pragma: export
#include "hebb/preprocess/preprocess.h"  // IWYU pragma: export
#include "hebb/report/diagnose.h"        // IWYU pragma: export
#include "hebb/report/report.h"          // IWYU pragma: export
#include "hebb/tensor/tensor.h"          // IWYU pragma: export
#include "hebb/train/events.h"           // IWYU pragma: export
