#include "dry_run.h"

#include "hebb/run/plan.h"
#include "json.h"
#include "results.h"
#include "text.h"

namespace hebb::app {

int dry_run(const PreparedRun& run, const Settings& settings) {
  const RunPlan plan = plan_run(run);
  if (settings.get<GlobalOptions>().json) {
    Json json = document("fit");
    json["dry_run"] = true;
    json["model"] = run.row->name;
    json["task"] = task_name(run.task.task);
    json["samples"] = run.train.samples();
    add_structure(json, plan.is_network() ? &plan.network : nullptr,
                  plan.is_units() ? &plan.units : nullptr);
    json["parameters"] =
        plan.is_network() || plan.is_units() ? Json(plan.parameters()) : Json(nullptr);
    json["memory_bytes"] = plan.memory;
    json["machine_memory_bytes"] = plan.memory_limit;
    print(json);
    return 0;
  }
  std::string structure =
      paragraph("what the model consists of is known once it is trained", console().out().width, 2);
  if (plan.is_network() || plan.is_units())
    structure = aligned(plan.is_network() ? layer_rows(plan.network) : unit_rows(plan.units), "llr",
                        console().out().width);
  write_results(structure + '\n' +
                paragraph("training takes about " + bytes_text(plan.memory) +
                              " of this machine's " + bytes_text(plan.memory_limit),
                          console().out().width, 2));
  console().advice("next", "leave out --dry-run to train");
  return 0;
}

}  // namespace hebb::app
