// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/progress.hpp"

#include <signal.h>

#include <catch2/catch.hpp>

#include "../../src/tool/interruption.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

TEST_CASE("What remains is in proportion to what is done") {
  CHECK_FALSE(estimate_remaining(0, 5).has_value());
  CHECK(estimate_remaining(0.25, 10).value() == Approx(30));
  CHECK(estimate_remaining(1, 10).value() == 0);
}

TEST_CASE("The bar grows with the fraction") {
  CHECK(render_progress("kernel", 0.5, 10, 60, false) ==
        "kernel  [================>               ]   50 %  0:10 left");
  CHECK(render_progress("kernel", 0, 10, 40, false) == "kernel  [>                      ]    0 %");
  CHECK(render_progress("kernel", 1, 10, 40, false).find('>') == std::string::npos);
}

TEST_CASE("The line keeps within the terminal") {
  for (std::size_t columns = 0; columns < 120; ++columns)
    for (const double fraction : {0.0, 0.3, 1.0, 7.0, -1.0})
      CHECK(render_progress("training kernel", fraction, 1e4, columns, false).size() <= columns);
}

TEST_CASE("Only a coloured bar has escapes") {
  CHECK(render_progress("kernel", 0.5, 10, 60, true).find('\x1b') != std::string::npos);
  CHECK(render_progress("kernel", 0.5, 10, 60, false).find('\x1b') == std::string::npos);
}

TEST_CASE("The first interrupt is remembered, and the progress asks to stop") {
  const Console console("test");
  Progress progress(console, "kernel");
  const Interruption interruption;
  CHECK(progress.report(0.5));
  CHECK_NOTHROW(Interruption::check());
  ::raise(SIGINT);
  CHECK_FALSE(progress.report(0.5));
  CHECK_THROWS_AS(Interruption::check(), Interrupted);
}

TEST_CASE("After the first interrupt the second one kills") {
  const Interruption interruption;
  ::raise(SIGINT);
  struct sigaction now{};
  REQUIRE(::sigaction(SIGINT, nullptr, &now) == 0);
  CHECK(now.sa_handler == SIG_DFL);
}

}  // namespace nntk::tool
