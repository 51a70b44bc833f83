#include "hebb/model/ensemble.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr const char* kFinal = "final";

std::string child_name(std::size_t i) { return concat("member", i + 1); }

// The kind of this name in a record.
template <class Kinds>
auto named(BodyReader& in, const std::string& name, const Kinds& kinds, const char* what) {
  for (const auto kind : kinds)
    if (to_string(kind) == name) return kind;
  in.require(false, "there is no ", what, " '", name, "'");
  return kinds.front();
}

bool has_same_images(const Preprocessor& a, const Preprocessor& b) {
  return a.image_form().has_value() == b.image_form().has_value() &&
         (!a.image_form() || a.sample_shape() == b.sample_shape());
}

void check_member(BodyReader& in, const Model& member, const std::string& name) {
  const Model& head = in.head();
  in.require(member.task == head.task, name, " does ", task_name(member.task), ", the ensemble ",
             task_name(head.task));
  in.require(member.preprocessor.is_fitted(), name, " lacks its preprocessing");
  in.require(member.preprocessor.features_in() == head.preprocessor.features_in() &&
                 has_same_images(member.preprocessor, head.preprocessor),
             name, " takes ", member.preprocessor.features_in(), " features, the ensemble ",
             head.preprocessor.features_in(), ", or images of another shape");
  in.require(member.classifies() || member.target_names.size() == head.target_names.size(), name,
             " has ", member.target_names.size(), " targets, the ensemble ",
             head.target_names.size());
}

// A member may have learnt from rows that lack a class.
void check_classes(BodyReader& in, const Model& member, const std::string& name) {
  for (const std::string& label : member.classes)
    in.require(std::ranges::count(in.head().classes, label) == 1, name, " has a class '", label,
               "', which the ensemble lacks");
  in.require(!in.head().classifies() || !member.classes.empty(), name, " has no class");
}

void check_final(BodyReader& in, const EnsembleBody& body) {
  const Model& head = in.head();
  const Model& last = *body.final_model;
  in.require(last.task == head.task && last.preprocessor.is_fitted() &&
                 !last.preprocessor.image_form() &&
                 last.target_names.size() == head.target_names.size(),
             "the final model is for other data");
  check_classes(in, last, "the final model");
  std::size_t columns = body.passthrough ? head.preprocessor.features_out() : 0;
  for (const MemberOutput taken : body.taken) columns += column_count(head, taken);
  in.require(last.preprocessor.features_in() == columns, "the final model takes ",
             last.preprocessor.features_in(), " columns, the members give ", columns);
}

}  // namespace

std::string to_string(Combination combination) {
  constexpr std::array names = {"mean", "vote", "model"};
  return names.at(static_cast<std::size_t>(combination));
}

std::string to_string(MemberOutput output) {
  constexpr std::array names = {"predict_proba", "decision_function", "predict"};
  return names.at(static_cast<std::size_t>(output));
}

std::size_t column_count(const Model& head, MemberOutput taken) {
  if (!head.classifies()) return head.target_names.size();
  const std::size_t classes = head.classes.size();
  return taken == MemberOutput::prediction || classes == 2 ? 1 : classes;
}

std::size_t EnsembleBody::parameter_count() const {
  std::size_t count = final_model ? final_model->parameter_count() : 0;
  for (const Model& member : members) count += member.parameter_count();
  return count;
}

Record EnsembleBody::facts() const {
  return Record().set("members", static_cast<std::int64_t>(members.size()));
}

void EnsembleBody::write(BodyWriter& out) const {
  out.record()
      .set("members", static_cast<std::int64_t>(members.size()))
      .set("weights", weights)
      .set("combination", to_string(combination));
  for (std::size_t i = 0; i < members.size(); ++i) out.child(child_name(i), members[i]);
  if (!final_model) return;
  std::vector<std::string> names;
  for (const MemberOutput one : taken) names.push_back(to_string(one));
  out.record().set("taken", std::move(names)).set("passthrough", passthrough);
  out.child(kFinal, *final_model);
}

std::shared_ptr<const ModelBody> EnsembleBody::read(BodyReader& in) {
  auto body = std::make_shared<EnsembleBody>();
  const Model& head = in.head();
  in.require(head.preprocessor.is_fitted(), "an ensemble lacks its preprocessing");
  in.require(head.task != Task::transform, "an ensemble transforms nothing");
  const std::size_t members = in.count("members");
  in.require(members > 0, "an ensemble has no members");
  body->combination =
      named(in, in.text("combination"),
            std::array{Combination::mean, Combination::vote, Combination::model}, "combination");
  in.require(body->combination != Combination::vote || head.classifies(),
             "votes are for classes, and this ensemble predicts numbers");
  body->width = head.classifies() ? head.classes.size() : head.target_names.size();
  body->weights = in.record().numbers("weights");
  double sum = 0;
  for (const double weight : body->weights) sum += weight;
  in.require(body->weights.size() == members && std::isfinite(sum) && sum > 0 &&
                 std::ranges::all_of(body->weights, [](double w) { return w >= 0; }),
             "an ensemble needs a weight for each of its ", members,
             " members, none negative and not all 0");
  for (std::size_t i = 0; i < members; ++i) {
    const Model& member = body->members.emplace_back(in.child(child_name(i)));
    check_member(in, member, child_name(i));
    check_classes(in, member, child_name(i));
  }
  if (body->combination != Combination::model) return body;
  const auto* names = std::get_if<std::vector<std::string>>(&in.record().value("taken"));
  in.require(names && names->size() == members, "an ensemble with a final model needs what it takes "
                                                "of each member");
  for (const std::string& name : *names)
    body->taken.push_back(named(in, name,
                                std::array{MemberOutput::probabilities, MemberOutput::decisions,
                                           MemberOutput::prediction},
                                "output of members"));
  body->passthrough = in.record().value("passthrough") == Value(true);
  body->final_model = in.child(kFinal);
  check_final(in, *body);
  return body;
}

const EnsembleBody* ensemble_of(const Model& model) {
  return dynamic_cast<const EnsembleBody*>(model.body.get());
}

}  // namespace hebb
