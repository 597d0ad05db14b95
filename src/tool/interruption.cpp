// SPDX-License-Identifier: BSD-3-Clause
#include "interruption.hpp"

#include <signal.h>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

volatile sig_atomic_t is_requested = 0;

void remember(int) { is_requested = 1; }

}  // namespace

Interruption::Interruption() {
  is_requested = 0;
  struct sigaction before{};
  if (::sigaction(SIGINT, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) return;
  struct sigaction action{};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
}

Interruption::~Interruption() {
  struct sigaction now{};
  if (::sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == remember) ::signal(SIGINT, SIG_DFL);
  is_requested = 0;
}

bool Interruption::requested() noexcept { return is_requested != 0; }

void Interruption::check() {
  if (requested()) throw Interrupted();
}

}  // namespace nntk::tool
