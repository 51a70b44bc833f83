# Writes the real tables of R's packages as CSV, the target as the last column, `target`.
#
#   Rscript bench/tables_data.R FOLDER
#
# What is there already is left as it is. Packages: scripts/setup.sh --tables. Cells:
#   - a missing value is an empty cell; rows without a target are left out;
#   - a category is text. Where its levels are numbers, a letter is put before them, so that a reader of the CSV sees
#     what R sees; but not where they have an order (ordered factors), nor where there are at most two (0 and 1);
#   - logical values are "no" and "yes".
# Left out of a table, with the reason beside it, are identifiers and what was computed from the target.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: Rscript tables_data.R FOLDER")
folder <- arguments[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)

from <- function(package, name) {
  place <- new.env()
  # `data` only warns if there is no such set: tables that a package loads by itself are found by their name.
  suppressWarnings(data(list = name, package = package, envir = place))
  as.data.frame(if (exists(name, place, inherits = FALSE)) get(name, place) else getExportedValue(package, name))
}

without <- function(table, ...) table[setdiff(names(table), c(...))]

numbers <- function(table, ...) {
  for (name in c(...)) table[[name]] <- as.numeric(as.character(table[[name]]))
  table
}

cells <- function(column) {
  if (is.logical(column)) return(ifelse(column, "yes", "no"))
  if (!is.factor(column)) return(column)
  text <- trimws(as.character(column))
  counted <- !anyNA(suppressWarnings(as.numeric(levels(column))))
  if (!counted) return(text)
  if (is.ordered(column) || nlevels(column) <= 2) return(as.numeric(text))
  ifelse(is.na(text), NA, paste0("c", text))
}

save <- function(name, target, table) {
  path <- file.path(folder, paste0(name, ".csv"))
  if (file.exists(path)) return(invisible())
  table <- table()
  table <- table[!is.na(table[[target]]), ]
  # The target of a classification is text, even of two classes.
  last <- if (is.factor(table[[target]])) as.character(table[[target]]) else table[[target]]
  if (is.factor(table[[target]]) && !anyNA(suppressWarnings(as.numeric(last)))) last <- paste0("c", last)
  features <- lapply(without(table, target), cells)
  names(features) <- gsub("[^A-Za-z0-9_]+", "_", names(features))
  stopifnot(!"target" %in% names(features), !anyDuplicated(names(features)))
  part <- paste0(path, ".part")
  write.csv(data.frame(features, target = last, check.names = FALSE), part, row.names = FALSE, na = "")
  file.rename(part, path)
  cat(sprintf("%s: %d rows, %d features\n", name, nrow(table), length(features)))
}

# Classes, from few rows to many.
save("promoters", "Class", function() from("kernlab", "promotergene"))
save("sonar", "Class", function() from("mlbench", "Sonar"))
save("glass", "Type", function() from("mlbench", "Glass"))
save("ionosphere", "Class", function() from("mlbench", "Ionosphere"))
save("votes", "Class", function() from("mlbench", "HouseVotes84"))
save("soybean", "Class", function() from("mlbench", "Soybean"))
# The version in which impossible zeros are missing values.
save("pima", "diabetes", function() from("mlbench", "PimaIndiansDiabetes2"))
save("vehicle", "Class", function() from("mlbench", "Vehicle"))
# V1 is the number of the speaker.
save("vowel", "Class", function() without(from("mlbench", "Vowel"), "V1"))
save("hmda", "deny", function() from("AER", "HMDA"))
save("dna", "Class", function() from("mlbench", "DNA"))
save("hpc", "class", function() from("modeldata", "hpc_data"))
save("credit", "Status", function() from("modeldata", "credit_data"))
save("spam", "type", function() from("kernlab", "spam"))
save("churn", "churn", function() from("modeldata", "mlc_churn"))
save("satellite", "classes", function() from("mlbench", "Satellite"))
save("telco", "churn", function() from("modeldata", "wa_churn"))
save("income", "INCOME", function() from("kernlab", "income"))
save("letter", "lettr", function() from("mlbench", "LetterRecognition"))

# Numbers, from few rows to many. The gains of servo are steps of a scale; the month and the day of ozone are counted.
save("servo", "Class", function() numbers(from("mlbench", "Servo"), "Pgain", "Vgain"))
# `name` differs in each row; `estperf` is another author's prediction of the target.
save("cpus", "perf", function() without(from("MASS", "cpus"), "name", "estperf"))
save("ozone", "V4", function() numbers(from("mlbench", "Ozone"), "V1", "V2"))
save("boston", "medv", function() from("mlbench", "BostonHousing"))
save("cars", "Price", function() from("modeldata", "car_prices"))
save("sacramento", "price", function() from("modeldata", "Sacramento"))
save("concrete", "compressive_strength", function() from("modeldata", "concrete"))
# The date is split into what a model of numbers can take: the day of the week, and days since the first.
save("chicago", "ridership", function() {
  table <- from("modeldata", "Chicago")
  weekdays <- c("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
  table$weekday <- weekdays[as.POSIXlt(table$date)$wday + 1]
  table$day <- as.numeric(table$date - min(table$date))
  without(table, "date")
})
# `volume` is the sum of the prices whose median is the target; `date` is year and month again.
save("txhousing", "median", function() without(from("ggplot2", "txhousing"), "volume", "date"))
# 20,000 of the 53,940 rows, since networks take hours for all.
save("diamonds", "price", function() {
  table <- from("ggplot2", "diamonds")
  set.seed(1)
  table[sort(sample(nrow(table), 20000)), ]
})
save("cps1988", "wage", function() from("AER", "CPS1988"))
