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
    for (auto& child : set.children_)
      if (child.first == name.substr(0, dot))
        return as_child(child.first, [&] { return of_child(child.second, name.substr(dot + 1)); });
  return own(set.field(name));
}

OptionSet::OptionSet(const OptionSet& other)
    : struct_(other.struct_ ? other.struct_->clone() : nullptr),
      children_(other.children_),
      choices_(other.choices_) {}

OptionSet& OptionSet::operator=(const OptionSet& other) {
  OptionSet copy(other);
  std::swap(struct_, copy.struct_);
  std::swap(children_, copy.children_);
  std::swap(choices_, copy.choices_);
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
      *this, name, [&](const Field& own) { set_own(own, own.convert(value)); },
      [&](OptionSet& child, std::string_view rest) { child.set(rest, value); });
}

void OptionSet::set_text(std::string_view name, std::string_view text) {
  route(
      *this, name, [&](const Field& own) { set_own(own, own.parse(text)); },
      [&](OptionSet& child, std::string_view rest) { child.set_text(rest, text); });
}

void OptionSet::check_values() const {
  for (const Field& own : fields()) own.check(own.get(data()));
  for (const auto& child : children_) as_child(child.first, [&] { child.second.check_values(); });
}

void OptionSet::add_child(std::string name, OptionSet options) {
  check(!name.empty() && name.find('.') == std::string::npos, "options", "'", name,
        "' is no name for a child: it must not be empty or have a dot");
  check(std::ranges::find(children_, name, &Child::first) == children_.end() &&
            !find_field(fields(), name),
        "options", "there is '", name, "' already");
  children_.emplace_back(std::move(name), std::move(options));
}

void OptionSet::add_chosen_child(std::string name, OptionSet options,
                                 std::function<OptionSet(const std::string& kind)> options_of) {
  const Field* kind = find_field(fields(), name);
  check(kind && kind->type == Field::Type::text &&
            std::ranges::find(children_, name, &Child::first) == children_.end(),
        "options", "'", name, "' must be a text option, without other options of its name");
  choices_.push_back({name, std::move(options_of)});
  children_.emplace_back(std::move(name), std::move(options));
}

void OptionSet::set_own(const Field& own, const Value& value) {
  const auto choice = std::ranges::find(choices_, own.name, &Choice::name);
  if (choice == choices_.end()) {
    own.set(data(), value);
  } else if (value != own.get(data())) {
    OptionSet options = choice->options_of(std::get<std::string>(value));
    own.set(data(), value);
    std::ranges::find(children_, own.name, &Child::first)->second = std::move(options);
  }
}

std::string OptionSet::record_name(std::string_view child) const {
  const bool chosen = std::ranges::find(choices_, child, &Choice::name) != choices_.end();
  return std::string(child) + (chosen ? "_options" : "");
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
  for (const auto& [child, options] : children_) out.set(record_name(child), options.record());
  return out;
}

void OptionSet::read(const Record& record) {
  for (const Field& own : fields())
    if (record.has(own.name)) set_own(own, own.convert(record.value(own.name)));
  for (auto& child : children_)
    if (const Record* part = record.part(record_name(child.first)))
      as_child(child.first, [&] { child.second.read(*part); });
}

bool OptionSet::operator==(const OptionSet& other) const {
  return std::ranges::equal(fields(), other.fields(),
                            [&](const Field& a, const Field& b) {
                              return a.name == b.name && a.get(data()) == b.get(other.data());
                            }) &&
         children_ == other.children_;
}

}  // namespace hebb
