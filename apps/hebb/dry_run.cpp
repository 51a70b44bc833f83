#include "dry_run.h"

#include "hebb/run/plan.h"
#include "json.h"
#include "results.h"
#include "text.h"

namespace hebb::app {

namespace {

// The structure of a model, or of each member of an ensemble.
std::string structure_text(const RunPlan& plan, std::size_t width) {
  if (!plan.is_ensemble() && !plan.is_known())
    return paragraph("what the model consists of is known once it is trained", width, 2);
  if (!plan.is_ensemble())
    return aligned(plan.is_network() ? layer_rows(plan.network) : unit_rows(plan.units), "llr",
                   width);
  std::string text;
  for (std::size_t i = 0; i < plan.members.size(); ++i)
    text += (plan.copies > 1 ? counted(plan.copies, "member") + ", each "
                             : concat("member ", i + 1, ": ")) +
            plan.member_kinds[i] + '\n' + structure_text(plan.members[i], width) + '\n';
  return text;
}

void add_plan(Json& json, const RunPlan& plan) {
  if (!plan.is_ensemble())
    return add_structure(json, plan.is_network() ? &plan.network : nullptr,
                         plan.is_units() ? &plan.units : nullptr);
  json["members"] = Json::array();
  for (std::size_t i = 0; i < plan.members.size(); ++i) {
    Json member = {{"model", plan.member_kinds[i]}, {"copies", plan.copies}};
    add_plan(member, plan.members[i]);
    json["members"].push_back(std::move(member));
  }
}

}  // namespace

int dry_run(const PreparedRun& run, const Settings& settings) {
  const RunPlan plan = plan_run(run);
  if (settings.get<GlobalOptions>().json) {
    Json json = document("fit");
    json["dry_run"] = true;
    json["model"] = run.row->name;
    json["task"] = task_name(run.task.task);
    json["samples"] = run.train.samples();
    add_plan(json, plan);
    json["parameters"] = plan.is_known() ? Json(plan.parameters()) : Json(nullptr);
    json["memory_bytes"] = plan.memory;
    json["machine_memory_bytes"] = plan.memory_limit;
    print(json);
    return 0;
  }
  write_results(structure_text(plan, console().out().width) + '\n' +
                paragraph("training takes about " + bytes_text(plan.memory) +
                              " of this machine's " + bytes_text(plan.memory_limit),
                          console().out().width, 2));
  console().advice("next", "leave out --dry-run to train");
  return 0;
}

}  // namespace hebb::app
