# Installs a finished build, then uses it as a stranger would: the program from an empty folder, the
# library by find_package and by pkg-config, whole (examples/embed, and examples/extend with layers of its own) and its
# core alone (examples/predict).
# Needs BUILD_DIR, SOURCE_DIR and CXX.
cmake_minimum_required(VERSION 3.25)

set(work ${BUILD_DIR}/install_test)
set(prefix ${work}/prefix)
set(home ${work}/home)
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${home})

# Runs a command in the stranger's folder, ends the test if it fails, and sets `out` to its output.
function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${home} OUTPUT_VARIABLE output
                  ERROR_VARIABLE errors RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}\n${output}${errors}")
  endif()
  set(out "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --strip)
foreach(file bin/hebb include/hebb/hebb.h share/man/man1/hebb.1 share/doc/hebb/LICENSE
             share/bash-completion/completions/hebb share/zsh/site-functions/_hebb
             share/fish/vendor_completions.d/hebb.fish)
  if(NOT EXISTS ${prefix}/${file})
    message(FATAL_ERROR "not installed: ${file}")
  endif()
  file(SIZE ${prefix}/${file} size)
  if(size EQUAL 0)
    message(FATAL_ERROR "empty: ${file}")
  endif()
endforeach()

# Every link of an installed page leads to an installed file.
file(GLOB_RECURSE pages ${prefix}/share/doc/hebb/*.md)
list(LENGTH pages count)
if(count LESS 10)
  message(FATAL_ERROR "only ${count} pages are installed: ${pages}")
endif()
foreach(page IN LISTS pages)
  file(READ ${page} text)
  string(REPLACE "](" "@link@" text "${text}")  # brackets would group the elements of a list
  # A name with neither a dot nor a slash may be an argument of a function in a snippet.
  string(REGEX MATCHALL "@link@[^)# ]*[./][^)# ]+" links "${text}")
  get_filename_component(folder ${page} DIRECTORY)
  foreach(link IN LISTS links)
    string(REPLACE "@link@" "" link "${link}")
    if(NOT link MATCHES "^(https?|mailto):" AND NOT EXISTS ${folder}/${link})
      message(FATAL_ERROR "${page} links to ${link}, which is not installed")
    endif()
  endforeach()
endforeach()

# The program: a built-in set and a model, with nothing of the tree in reach, nor its path inside.
set(stranger env -i HOME=${home} PATH=${prefix}/bin:/usr/bin:/bin)
file(STRINGS ${prefix}/bin/hebb paths REGEX "${SOURCE_DIR}/(src|data|include|apps)" LIMIT_COUNT 1)
if(paths)
  message(FATAL_ERROR "the program knows its source tree: ${paths}")
endif()
run(${stranger} hebb data iris)
run(${stranger} hebb fit iris --epochs 20 --quiet -o iris.hebb)

function(expect_predictions program)
  run(${stranger} ${program} iris.hebb iris)
  string(REGEX MATCHALL "\n" lines "${out}")
  list(LENGTH lines count)
  if(NOT count EQUAL 150)
    message(FATAL_ERROR "${program}: 150 predictions expected, got ${count}:\n${out}")
  endif()
endfunction()

file(COPY ${SOURCE_DIR}/examples/embed DESTINATION ${home})
run(${CMAKE_COMMAND} -S embed -B by_cmake -G Ninja -D CMAKE_CXX_COMPILER=${CXX}
    -D CMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build by_cmake)
expect_predictions(by_cmake/embed)

# A layer, a loss and a metric of a program's own: its model loads there, and is refused elsewhere.
file(COPY ${SOURCE_DIR}/examples/extend DESTINATION ${home})
run(${CMAKE_COMMAND} -S extend -B extend_build -G Ninja -D CMAKE_CXX_COMPILER=${CXX}
    -D CMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build extend_build)
run(${stranger} extend_build/extend own.hebb)
if(NOT out MATCHES "concat\\(linear\\(8\\) bent\\(0.1\\) \\| linear\\(4\\) tanh\\).*within_50: 0\\.")
  message(FATAL_ERROR "examples/extend printed:\n${out}")
endif()
run(${stranger} extend_build/estimators .)
if(NOT out MATCHES "neighbors: (0\\.9|1\n).*blend: (0\\.9|1\n)")
  message(FATAL_ERROR "examples/extend/estimators.cpp printed:\n${out}")
endif()
execute_process(COMMAND ${stranger} hebb info own.hebb WORKING_DIRECTORY ${home}
                OUTPUT_QUIET ERROR_VARIABLE errors RESULT_VARIABLE result)
if(result EQUAL 0 OR NOT errors MATCHES "there is no layer 'bent'")
  message(FATAL_ERROR "a layer that is not registered: ended with ${result}\n${errors}")
endif()

find_program(PKG_CONFIG pkg-config REQUIRED)
file(GLOB package ${prefix}/lib*/pkgconfig ${prefix}/lib*/*/pkgconfig)
run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${package}
    ${PKG_CONFIG} --static --cflags --libs hebb)
separate_arguments(flags UNIX_COMMAND "${out}")
run(${CXX} embed/main.cpp -o by_pkg_config ${flags})
expect_predictions(./by_pkg_config)

# The core: what predicts from numbers links no library for figures, downloads, images or archives.
function(expect_core_alone program)
  run(${stranger} ${program} iris.hebb 5.1 3.5 1.4 0.2)
  if(NOT out MATCHES "^setosa 0\\.[5-9][^\n]*\nversicolor [^\n]*\nvirginica [^\n]*\n$")
    message(FATAL_ERROR "${program}: expected setosa first, got:\n${out}")
  endif()
  run(ldd ${program})
  string(REGEX MATCHALL "lib(cairo|curl|png|jpeg|zip)[^\n]*" unwanted "${out}")
  if(unwanted OR NOT out MATCHES "libdnnl")
    message(FATAL_ERROR "${program} links to ${unwanted}:\n${out}")
  endif()
endfunction()

file(COPY ${SOURCE_DIR}/examples/predict DESTINATION ${home})
run(${CMAKE_COMMAND} -S predict -B core_by_cmake -G Ninja -D CMAKE_CXX_COMPILER=${CXX}
    -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_DISABLE_FIND_PACKAGE_PNG=ON -D CMAKE_DISABLE_FIND_PACKAGE_CURL=ON)
run(${CMAKE_COMMAND} --build core_by_cmake)
expect_core_alone(core_by_cmake/predict)
run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${package}
    ${PKG_CONFIG} --static --cflags --libs hebb-core)
separate_arguments(flags UNIX_COMMAND "${out}")
run(${CXX} predict/main.cpp -o core_by_pkg_config ${flags})
expect_core_alone(./core_by_pkg_config)

# A component that there is not is said to be missing.
file(WRITE ${home}/wrong/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(wrong LANGUAGES CXX)
find_package(hebb 0.2 COMPONENTS core cellar)
if(hebb_FOUND OR NOT hebb_core_FOUND)
  message(FATAL_ERROR \"found\")
endif()
find_package(hebb 0.2 COMPONENTS plots REQUIRED)
if(NOT TARGET hebb::formats OR TARGET hebb::fetch OR TARGET hebb::hebb)
  message(FATAL_ERROR \"plots needs core and formats, no more\")
endif()
")
run(${CMAKE_COMMAND} -S wrong -B wrong_build -G Ninja -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${prefix})

file(REMOVE_RECURSE ${work})
