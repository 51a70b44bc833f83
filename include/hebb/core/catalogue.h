#pragma once

#include <atomic>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"

/// A catalogue is a table of all things of one kind: layers, losses, solvers, data sets, ... Each
/// row has a `name`, one line of `help`, and the function that creates or computes the thing. The
/// functions below work on every catalogue.
namespace hebb {

/// The names of all rows, in their order.
template <class Rows>
std::vector<std::string> row_names(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

/// Whether a name is that of a row, which may be written with dashes for underscores.
bool is_same_word(std::string_view name, std::string_view written);

/// The row with this name (is_same_word()). For messages, `where` is the option that names it and `kind` is what a
/// row is, such as "loss".
/// Errors: std::invalid_argument with the nearest name, if there is no such row.
template <class Rows>
const auto& find_row(const Rows& rows, std::string_view name, std::string_view where,
                     std::string_view kind) {
  for (const auto& row : rows)
    if (is_same_word(row.name, name)) return row;
  const auto near = nearest(name, row_names(rows));
  throw std::invalid_argument(concat("[", where, "] there is no ", kind, " '", name, "'",
                                     near.empty() ? "" : "; did you mean " + near.front() + "?"));
}

/// Whether a text consists only of letters, digits and _, and is not empty.
bool is_word(std::string_view text);

/// A catalogue to which a program can add its own rows. Rows are never moved or removed, so
/// references to them stay valid.
/// Threads: any number of threads may read rows while others add some.
template <class Row>
class Catalogue {
  struct Node {
    explicit Node(Row r) : row(std::move(r)) {}
    Row row;
    std::atomic<Node*> next = nullptr;
  };

 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = const Row&;

    Iterator() = default;
    explicit Iterator(const Node* node) : node_(node) {}
    const Row& operator*() const { return node_->row; }
    const Row* operator->() const { return &node_->row; }
    Iterator& operator++() {
      node_ = node_->next.load(std::memory_order_acquire);
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Node* node_ = nullptr;
  };

  /// `kind` says what the rows are, for messages: "estimator".
  Catalogue(std::string kind, std::vector<Row> rows) : kind_(std::move(kind)) {
    for (Row& row : rows) append(std::move(row));
  }
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;
  ~Catalogue() {
    for (Node* node = first_.load(); node != nullptr;)
      delete std::exchange(node, node->next.load());
  }

  Iterator begin() const { return Iterator(first_.load(std::memory_order_acquire)); }
  Iterator end() const { return Iterator(); }

  /// Appends a row.
  /// Errors: std::invalid_argument if the name is taken or is not a word (is_word()).
  const Row& add(Row row) {
    const std::scoped_lock lock(adding_);
    check(is_word(row.name), "register", "the name of the ", kind_,
          " must be of letters, digits and _ alone, got '", row.name, "'");
    check(!find(row.name), "register", "there is a ", kind_, " '", row.name, "' already");
    return append(std::move(row));
  }
  /// The row with this name, in which dashes count as underscores; nullptr if there is none.
  const Row* find(std::string_view name) const {
    for (const Row& row : *this)
      if (is_same_word(row.name, name)) return &row;
    return nullptr;
  }

 private:
  const Row& append(Row row) {
    auto* const node = new Node(std::move(row));
    (last_ != nullptr ? last_->next : first_).store(node, std::memory_order_release);
    last_ = node;
    return node->row;
  }

  std::string kind_;
  std::mutex adding_;
  std::atomic<Node*> first_ = nullptr;
  Node* last_ = nullptr;
};

}  // namespace hebb
