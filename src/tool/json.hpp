// SPDX-License-Identifier: BSD-3-Clause
//
// Reports as JSON, keys in snake case. A number that is not finite is null, a time without end "inf".
#pragma once

#include <string>

#include "reports.hpp"

namespace nntk::tool {

std::string to_json(const InfoReport& report);
std::string to_json(const SpectrumReport& report);
std::string to_json(const PredictReport& report);
std::string to_json(const TrainReport& report);
std::string to_json(const DynamicsReport& report);
std::string to_json(const BenchReport& report);

}  // namespace nntk::tool
