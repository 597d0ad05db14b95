// SPDX-License-Identifier: BSD-3-Clause
//
// The commands of a kernel binary. Each does its whole work or throws, and then leaves no file behind.
#pragma once

#include "console.hpp"
#include "nntk/tool/program.hpp"
#include "options.hpp"

namespace nntk::tool {

void run_info(const Program& program, const InfoOptions& options, const Console& console);
void run_init(const Program& program, const InitOptions& options, const Console& console);
void run_gram(const Program& program, const GramOptions& options, const Console& console);
void run_spectrum(const Program& program, const SpectrumOptions& options, const Console& console);
void run_predict(const Program& program, const PredictOptions& options, const Console& console);
void run_train(const Program& program, const TrainOptions& options, const Console& console);
void run_dynamics(const Program& program, const DynamicsOptions& options, const Console& console);
void run_bench(const Program& program, const BenchOptions& options, const Console& console);

}  // namespace nntk::tool
