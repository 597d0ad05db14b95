// SPDX-License-Identifier: BSD-3-Clause
//
// A TileKernel of any type behind one interface, so that the Gram scheduler is compiled once for a scalar and
// not once for each kernel: 4 kernels of a network share it. A call costs nanoseconds, the work of a pair of
// groups at least some hundred.
#pragma once

#include <cstddef>
#include <memory>

#include "nntk/kernel/tile_kernel.hpp"

namespace nntk {

/// The concept TileKernel as virtual functions, of one thread's scratch as an object.
template <class T>
class AnyKernel {
 public:
  class Worker {
   public:
    virtual ~Worker() = default;
    virtual void prepare(std::size_t step, std::size_t item, const Inputs& inputs,
                         Features<T>& features) noexcept = 0;
    virtual void accumulate(std::size_t step, TileGroup<const T> i, TileGroup<const T> j, TilePairs pairs,
                            Block<T>& block) noexcept = 0;
  };

  virtual ~AnyKernel() = default;
  [[nodiscard]] virtual std::unique_ptr<Worker> make_worker() const = 0;
  [[nodiscard]] virtual std::size_t tiles_per_group() const = 0;
  [[nodiscard]] virtual std::size_t rows() const = 0;
  [[nodiscard]] virtual std::size_t entries() const = 0;
  [[nodiscard]] virtual std::size_t mirrored(std::size_t entry) const = 0;
  [[nodiscard]] virtual std::size_t steps() const = 0;
  [[nodiscard]] virtual std::size_t items(std::size_t step, const Features<T>& features) const = 0;
  [[nodiscard]] virtual bool accumulates(std::size_t step) const = 0;
};

/// A kernel as AnyKernel. It refers to the kernel.
template <TileKernel Kernel>
class KernelReference final : public AnyKernel<typename Kernel::Scalar> {
  using T = typename Kernel::Scalar;
  using Base = AnyKernel<T>;

  class Worker final : public Base::Worker {
   public:
    explicit Worker(const Kernel& kernel) : kernel_(kernel), workspace_(kernel) {}
    void prepare(std::size_t step, std::size_t item, const Inputs& inputs,
                 Features<T>& features) noexcept override {
      kernel_.prepare(workspace_, step, item, inputs, features);
    }
    void accumulate(std::size_t step, TileGroup<const T> i, TileGroup<const T> j, TilePairs pairs,
                    Block<T>& block) noexcept override {
      kernel_.accumulate(workspace_, step, i, j, pairs, block);
    }

   private:
    const Kernel& kernel_;
    typename Kernel::Workspace workspace_;
  };

 public:
  explicit KernelReference(const Kernel& kernel) : kernel_(kernel) {}
  [[nodiscard]] std::unique_ptr<typename Base::Worker> make_worker() const override {
    return std::make_unique<Worker>(kernel_);
  }
  [[nodiscard]] std::size_t tiles_per_group() const override { return Kernel::tiles_per_group; }
  [[nodiscard]] std::size_t rows() const override { return kernel_.rows(); }
  [[nodiscard]] std::size_t entries() const override { return kernel_.entries(); }
  [[nodiscard]] std::size_t mirrored(std::size_t entry) const override { return kernel_.mirrored(entry); }
  [[nodiscard]] std::size_t steps() const override { return kernel_.steps(); }
  [[nodiscard]] std::size_t items(std::size_t step, const Features<T>& features) const override {
    return kernel_.items(step, features);
  }
  [[nodiscard]] bool accumulates(std::size_t step) const override { return kernel_.accumulates(step); }

 private:
  const Kernel& kernel_;
};

}  // namespace nntk
