#include "hebb/formats/options.h"

namespace hebb {

const FieldList& DataOptions::fields() {
  static const FieldList list =
      Fields<DataOptions>()
          .add("target", &DataOptions::target, "columns to predict, by name or number from 1")
          .add("features", &DataOptions::features,
               "columns to predict from; all others unless given")
          .add("ignore", &DataOptions::ignore, "columns to ignore")
          .add("categorical", &DataOptions::categorical, "numeric columns to treat as categorical")
          .add(
              "column", &DataOptions::column,
              "what a column is taken for, as NAME=KIND, several times if need be: number, category, "
              "text, date, yes_no, money, percent, unit, or drop")
          .add(
              "kinds", &DataOptions::kinds,
              "auto: find dates, yes and no, free text, and leave out ids, row numbers, constants and "
              "duplicates; plain: columns are numbers or categories")
          .one_of({"auto", "plain"})
          .unset_as("auto")
          .add("leave_in", &DataOptions::leave_in,
               "columns that are not left out, whatever they hold")
          .add("sep", &DataOptions::sep,
               "separator: one character, tab, or blanks for runs of blanks")
          .unset_as("auto")
          .add("file_format", &DataOptions::file_format,
               "format of the file, as `hebb data formats` names it")
          .unset_as("by content and name")
          .add("header", &DataOptions::header, "the first line holds the names of the columns")
          .unset_as("auto")
          .add("decimal", &DataOptions::decimal, "decimal point of numbers: . or ,")
          .one_of({".", ","})
          .unset_as("auto")
          .add("thousands", &DataOptions::thousands, "separator of thousands: , or . or ' or blank")
          .one_of({",", ".", "'", "blank"})
          .unset_as("auto")
          .add("na", &DataOptions::na, "texts that represent a missing value")
          .add("weight", &DataOptions::weight, "column of sample weights")
          .add("group", &DataOptions::group,
               "column of groups, such as patients, that a split keeps whole")
          .add("time_column", &DataOptions::time_column,
               "column of times: the test part is the last samples in time, not random ones")
          .flag("--by-time")
          .add("sequence", &DataOptions::sequence,
               "column of sequence ids: rows of one id are the steps of one sample")
          .add("order", &DataOptions::order,
               "column that orders the steps of a sequence; unset: the order in the file")
          .add("sequence_length", &DataOptions::sequence_length,
               "text files: characters in a sequence; unset: each line is a sequence")
          .at_least(1)
          .add("step_target", &DataOptions::step_target,
               "sequences: one target for each step, not one for the whole sequence")
          .add("image_size", &DataOptions::image_size,
               "resize images to this size, such as 28x28 (width first); if not given, a folder of "
               "different sizes or of images above 128x128 takes the median, at most 64")
          .add("image_color", &DataOptions::image_color,
               "colour of images; auto: grey if all of them are grey")
          .one_of({"auto", "grey", "rgb"})
          .add("image_as_is", &DataOptions::image_as_is,
               "convert images for a model to its size and colours only: do not exchange light and "
               "dark, and do not centre digits")
          .add("skip_bad", &DataOptions::skip_bad,
               "leave out image files that cannot be read, and list them; otherwise they are an "
               "error")
          .add("threads", &DataOptions::threads, "threads; 0: as many as there are cores")
          .at_least(0)
          .not_recorded();
  return list;
}

Record DataOptions::record() const {
  const DataOptions defaults;
  Record out;
  for (const Field& field : fields())
    if (const Value value = field.get(this); field.recorded && value != field.get(&defaults))
      out.set(field.name, value);
  return out;
}

}  // namespace hebb
