// The Kubernetes container behind a job, as the files of containerd tell it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "winjob/error.h"

namespace winjob::agent {

/// Names in Kubernetes; all empty for a container that Kubernetes did not start.
struct Container {
  std::string pod_namespace;
  std::string pod;
  std::string name;
  friend bool operator==(const Container&, const Container&) = default;
};

/// Reads `folder`/`id`/config.json, which containerd writes before it starts the container `id`. None: there is no such
/// file, or the text is no id of containerd's, whose characters lead to no other folder. Errors: the file is there and
/// says nothing, or whether it is there cannot be seen; a text for the log. Cost: the file is read, some kilobytes.
/// Source: the runtime specification of the Open Container Initiative (annotations), and the annotations
/// io.kubernetes.cri.sandbox-namespace, .sandbox-name and .container-name that containerd adds.
[[nodiscard]] Result<std::optional<Container>, std::string> ReadContainer(std::string_view folder, std::string_view id);

}  // namespace winjob::agent
