// SPDX-License-Identifier: BSD-3-Clause
#include "processor.hpp"

namespace nntk::tool {

#if defined(__x86_64__) || defined(__i386__)

namespace {

bool has_avx512bw() noexcept {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

bool has_widest(std::string_view name) noexcept {
  if (name == "avx512bw") return has_avx512bw();
  if (name == "avx512dq") return __builtin_cpu_supports("avx512dq");
  if (name == "avx512cd") return __builtin_cpu_supports("avx512cd");
  if (name == "avx512f") return __builtin_cpu_supports("avx512f");
  if (name == "avx2") return __builtin_cpu_supports("avx2");
  if (name == "avx") return __builtin_cpu_supports("avx");
  if (name == "fma4") return __builtin_cpu_supports("fma4");
  if (name == "sse4.2") return __builtin_cpu_supports("sse4.2");
  if (name == "sse4.1") return __builtin_cpu_supports("sse4.1");
  if (name == "ssse3") return __builtin_cpu_supports("ssse3");
  if (name == "sse3") return __builtin_cpu_supports("sse3");
  return true;
}

}  // namespace

bool processor_supports(std::string_view instruction_set) noexcept {
  constexpr std::string_view fused = "fma3+";
  if (!instruction_set.starts_with(fused)) return has_widest(instruction_set);
  return __builtin_cpu_supports("fma") && has_widest(instruction_set.substr(fused.size()));
}

#else

bool processor_supports(std::string_view) noexcept { return true; }

#endif

}  // namespace nntk::tool
