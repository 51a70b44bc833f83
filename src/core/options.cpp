#include "hebb/core/options.h"

#include <algorithm>

namespace hebb {
namespace {

using Child = std::pair<std::string, OptionSet>;

// Runs `act` on a child and completes the option's name in its error messages: "[alpha]" becomes
// "[base.alpha]".
template <class Act>
auto as_child(std::string_view child, const Act& act) {
  try {
    return act();
  } catch (const std::invalid_argument& error) {
    std::string message = error.what();
    if (message.starts_with('[')) message.insert(1, concat(child, "."));
    throw std::invalid_argument(message);
  }
}

}  // namespace

template <class Set, class Own, class OfChild>
auto OptionSet::route(Set& set, std::string_view name, const Own& own, const OfChild& of_child) {
  const std::size_t dot = name.find('.');
  if (dot != std::string_view::npos)
    for (auto& [child, options] : set.children_)
      if (child == name.substr(0, dot))
        return as_child(child, [&] { return of_child(options, name.substr(dot + 1)); });
  return own(set.field(name));
}

OptionSet::OptionSet(const OptionSet& other)
    : struct_(other.struct_ ? other.struct_->clone() : nullptr), children_(other.children_) {}

OptionSet& OptionSet::operator=(const OptionSet& other) {
  OptionSet copy(other);
  std::swap(struct_, copy.struct_);
  std::swap(children_, copy.children_);
  return *this;
}

const FieldList& OptionSet::fields() const {
  static const FieldList none;
  return struct_ ? struct_->fields() : none;
}

std::vector<std::string> OptionSet::names() const {
  std::vector<std::string> all;
  for (const Field& own : fields()) all.push_back(own.name);
  for (const auto& [child, options] : children_)
    for (const std::string& name : options.names()) all.push_back(concat(child, ".", name));
  return all;
}

const Field* OptionSet::find(std::string_view name) const {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return find_field(fields(), name);
  const auto child = std::ranges::find(children_, name.substr(0, dot), &Child::first);
  return child == children_.end() ? nullptr : child->second.find(name.substr(dot + 1));
}

const Field& OptionSet::field(std::string_view name) const {
  if (const Field* found = find_field(fields(), name)) return *found;
  const auto near = nearest(name, names());
  throw std::invalid_argument(concat("[", name, "] there is no option '", name, "'",
                                     near.empty() ? "" : "; did you mean " + near.front() + "?"));
}

Value OptionSet::get(std::string_view name) const {
  return route(
      *this, name, [&](const Field& own) { return own.get(data()); },
      [](const OptionSet& child, std::string_view rest) { return child.get(rest); });
}

void OptionSet::set(std::string_view name, const Value& value) {
  route(
      *this, name, [&](const Field& own) { own.set(data(), own.convert(value)); },
      [&](OptionSet& child, std::string_view rest) { child.set(rest, value); });
}

void OptionSet::set_text(std::string_view name, std::string_view text) {
  route(
      *this, name, [&](const Field& own) { own.set(data(), own.parse(text)); },
      [&](OptionSet& child, std::string_view rest) { child.set_text(rest, text); });
}

void OptionSet::check_values() const {
  for (const Field& own : fields()) own.check(own.get(data()));
  for (const auto& [child, options] : children_) as_child(child, [&] { options.check_values(); });
}

void OptionSet::add_child(std::string name, OptionSet options) {
  check(!name.empty() && name.find('.') == std::string::npos, "options", "'", name,
        "' is no name for a child: it must not be empty or have a dot");
  check(std::ranges::find(children_, name, &Child::first) == children_.end() &&
            !find_field(fields(), name),
        "options", "there is '", name, "' already");
  children_.emplace_back(std::move(name), std::move(options));
}

const OptionSet& OptionSet::child(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [child, options] : children_) {
    if (child == name) return options;
    all.push_back(child);
  }
  const auto near = nearest(name, all);
  throw std::invalid_argument(concat("[", name, "] there are no options of '", name, "'",
                                     near.empty() ? "" : "; did you mean " + near.front() + "?"));
}

Record OptionSet::record() const {
  Record out;
  for (const Field& own : fields())
    if (own.recorded) out.set(own.name, own.get(data()));
  for (const auto& [child, options] : children_) out.set(child, options.record());
  return out;
}

void OptionSet::read(const Record& record) {
  for (const Field& own : fields())
    if (record.has(own.name)) own.set(data(), own.convert(record.value(own.name)));
  for (auto& [child, options] : children_)
    if (const Record* part = record.part(child)) as_child(child, [&] { options.read(*part); });
}

bool OptionSet::operator==(const OptionSet& other) const {
  return std::ranges::equal(fields(), other.fields(),
                            [&](const Field& a, const Field& b) {
                              return a.name == b.name && a.get(data()) == b.get(other.data());
                            }) &&
         children_ == other.children_;
}

}  // namespace hebb
