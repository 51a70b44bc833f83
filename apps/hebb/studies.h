#pragma once

#include <cstddef>
#include <string>

#include "hebb/core/options.h"
#include "hebb/select/study.h"
#include "json.h"

namespace hebb::app {

/// "0.9720", "-" if it is undefined.
std::string score_text(double value);
/// A mean and its standard deviation: "0.9720 ± 0.0041"; ASCII unless `utf8`.
std::string spread_text(double mean, double deviation, bool utf8);
/// Options as users write them: "alpha 0.001, hidden 100,50". `options` are those of the model.
std::string values_text(const OptionValues& values, const OptionSet& options);

/// The same as an object.
Json values_json(const OptionValues& values);

/// The ranking of a study, at most `most` trials (0: all), with what its options explain and how
/// optimistic its best score is.
std::string study_text(const Study& study, const OptionSet& options, std::size_t most = 10);
/// The same in full: "metric", "complete", "space", "sampler", "ranking", "importance", "nested".
Json study_json(const Study& study);

}  // namespace hebb::app
