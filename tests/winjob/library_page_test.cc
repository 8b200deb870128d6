// The table for users of go-winjob in docs/library.md: complete on its left, true on its right.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace winjob {
namespace {

// The exported names of https://github.com/kolesnikovae/go-winjob at 049537b.
constexpr std::string_view kRoot =
    "JobObject JobObject.Name JobObject.Handle JobObject.JobInfo JobInfo ExtendedLimits UIRestrictions "
    "AccountingInfo CPURateControl NetRateControl Limit Limit.IsSet Limit.Value Counters Create Open "
    "OpenWithAccess JobObject.Close JobObject.Terminate JobObject.TerminateWithExitCode JobObject.Assign "
    "JobObject.Contains JobObject.Counters JobObject.QueryCounters JobObject.QueryLimits JobObject.SetLimit "
    "JobObject.HasLimits JobObject.ResetLimits JobObject.ResetLimit WithBreakawayOK WithSilentBreakawayOK "
    "WithDieOnUnhandledException WithKillOnJobClose WithPreserveJobTime WithSubsetAffinity WithAffinity "
    "WithJobMemoryLimit WithJobTimeLimit WithProcessMemoryLimit WithProcessTimeLimit WithActiveProcessLimit "
    "WithWorkingSetLimit WithPriorityClassLimit WithSchedulingClassLimit LimitBreakawayOK "
    "LimitDieOnUnhandledException LimitKillOnJobClose LimitPreserveJobTime LimitSubsetAffinity "
    "LimitSilentBreakawayOK LimitAffinity LimitJobMemory LimitJobTime LimitProcessMemory LimitProcessTime "
    "LimitActiveProcess LimitWorkingSet LimitPriorityClass LimitSchedulingClass WithValue LimitValue "
    "MinWorkingSetSize MaxWorkingSetSize WithCPUHardCapLimit WithCPUWeightedLimit WithCPUMinMaxLimit LimitCPU "
    "CPURate CPURate.Min CPURate.Max CPURate.Weight CPURate.HardCap WithOutgoingBandwidthLimit WithDSCPTag "
    "LimitOutgoingBandwidth LimitDSCPTag WithDesktopLimit WithDisplaySettingsLimit WithExitWindowsLimit "
    "WithGlobalAtomsLimit WithHandlesLimit WithReadClipboardLimit WithSystemParametersLimit "
    "WithWriteClipboardLimit LimitDesktop LimitDisplaySettings LimitExitWindows LimitGlobalAtoms LimitHandles "
    "LimitSystemParameters LimitWriteClipboard LimitReadClipboard Port CreatePort Port.Close Port.NextMessage "
    "Notify Subscription Subscription.Close Subscription.Err Notification Notification.Type Notification.PID "
    "NotificationType NotificationEndOfJobTime NotificationEndOfProcessTime NotificationActiveProcessLimit "
    "NotificationActiveProcessZero NotificationNewProcess NotificationExitProcess NotificationAbnormalExitProcess "
    "NotificationProcessMemoryExit NotificationJobMemoryLimit NotificationNotificationLimit "
    "NotificationJobCycleLimit NotificationSiloTerminated Start StartInJobObject Resume ResumeProcess "
    "ResumeThread "
    "Counters.TotalUserTime Counters.TotalKernelTime Counters.ThisPeriodTotalUserTime "
    "Counters.ThisPeriodTotalKernelTime Counters.TotalPageFaultCount Counters.TotalProcesses "
    "Counters.ActiveProcesses Counters.TotalTerminatedProcesses Counters.ReadOperationCount "
    "Counters.WriteOperationCount Counters.OtherOperationCount Counters.ReadTransferCount "
    "Counters.WriteTransferCount Counters.OtherTransferCount ";

// The same of its package jobapi.
constexpr std::string_view kJobapi =
    "CreateJobObject MakeSA OpenJobObject IsProcessInJob AssignProcessToJobObject TerminateJobObject "
    "QueryInformationJobObject QueryInfo SetInformationJobObject SetInfo AssociateCompletionPort "
    "GetQueuedCompletionStatus ErrAbandoned PROCESS_TERMINATE PROCESS_DUP_HANDLE PROCESS_SET_QUOTA "
    "PROCESS_QUERY_INFORMATION PROCESS_QUERY_LIMITED_INFORMATION PROCESS_ALL_ACCESS PROCESS_SET_INFORMATION "
    "PROCESS_VM_OPERATION PROCESS_VM_READ PROCESS_VM_WRITE JOB_OBJECT_ASSIGN_PROCESS JOB_OBJECT_SET_ATTRIBUTES "
    "JOB_OBJECT_QUERY JOB_OBJECT_TERMINATE JOB_OBJECT_ALL_ACCESS PriorityClass NORMAL_PRIORITY_CLASS "
    "IDLE_PRIORITY_CLASS HIGH_PRIORITY_CLASS REALTIME_PRIORITY_CLASS BELOW_NORMAL_PRIORITY_CLASS "
    "ABOVE_NORMAL_PRIORITY_CLASS PROCESS_MODE_BACKGROUND_BEGIN PROCESS_MODE_BACKGROUND_END "
    "JobObjectInformationClass JobObjectBasicAccountingInformation JobObjectBasicLimitInformation "
    "JobObjectBasicProcessIdList JobObjectBasicUIRestrictions JobObjectEndOfJobTimeInformation "
    "JobObjectAssociateCompletionPortInformation JobObjectBasicAndIoAccountingInformation "
    "JobObjectExtendedLimitInformation JobObjectGroupInformation JobObjectNotificationLimitInformation "
    "JobObjectLimitViolationInformation JobObjectGroupInformationEx JobObjectCpuRateControlInformation "
    "JobObjectFreezeInformation JobObjectExtendedAccountingInformation JobObjectClearPeakJobMemoryUsed "
    "JobObjectMemoryUsageInformation JobObjectNetRateControlInformation JobObjectNotificationLimitInformation2 "
    "JobObjectLimitViolationInformation2 JobObjectIoRateControlInformation JobObjectSecurityLimitInformation "
    "JobObjectJobSetInformation JobObjectCompletionFilter JobObjectCompletionCounter JobObjectWakeInformation "
    "JobObjectBackgroundInformation JobObjectSchedulingRankBiasInformation "
    "JobObjectTimerVirtualizationInformation JobObjectCycleTimeNotification JobObjectClearEvent "
    "JobObjectInterferenceInformation JobObjectSharedCommit JobObjectContainerId JobObjectCreateSilo "
    "JobObjectSiloBasicInformation JobObjectSiloRootDirectory JobObjectServerSiloBasicInformation "
    "JobObjectServerSiloUserSharedData JobObjectServerSiloInitialize JobObjectServerSiloRunningState "
    "JobObjectIoAttribution JobObjectMemoryPartitionInformation JobObjectContainerTelemetryId "
    "JobObjectSiloSystemRoot JobObjectEnergyTrackingState JobObjectThreadImpersonationInformation LimitFlag "
    "JOB_OBJECT_LIMIT_WORKINGSET JOB_OBJECT_LIMIT_PROCESS_TIME JOB_OBJECT_LIMIT_JOB_TIME "
    "JOB_OBJECT_LIMIT_ACTIVE_PROCESS JOB_OBJECT_LIMIT_AFFINITY JOB_OBJECT_LIMIT_PRIORITY_CLASS "
    "JOB_OBJECT_LIMIT_PRESERVE_JOB_TIME JOB_OBJECT_LIMIT_SCHEDULING_CLASS JOB_OBJECT_LIMIT_PROCESS_MEMORY "
    "JOB_OBJECT_LIMIT_JOB_MEMORY JOB_OBJECT_LIMIT_JOB_MEMORY_HIGH JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION "
    "JOB_OBJECT_LIMIT_BREAKAWAY_OK JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE "
    "JOB_OBJECT_LIMIT_SUBSET_AFFINITY JOB_OBJECT_LIMIT_JOB_MEMORY_LOW JOB_OBJECT_LIMIT_JOB_READ_BYTES "
    "JOB_OBJECT_LIMIT_JOB_WRITE_BYTES JOB_OBJECT_LIMIT_RATE_CONTROL JOB_OBJECT_LIMIT_CPU_RATE_CONTROL "
    "JOB_OBJECT_LIMIT_IO_RATE_CONTROL JOB_OBJECT_LIMIT_NET_RATE_CONTROL UIRestrictionsClass "
    "JOB_OBJECT_UILIMIT_HANDLES JOB_OBJECT_UILIMIT_READCLIPBOARD JOB_OBJECT_UILIMIT_WRITECLIPBOARD "
    "JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS JOB_OBJECT_UILIMIT_DISPLAYSETTINGS JOB_OBJECT_UILIMIT_GLOBALATOMS "
    "JOB_OBJECT_UILIMIT_DESKTOP JOB_OBJECT_UILIMIT_EXITWINDOWS CPUControlFlag JOB_OBJECT_CPU_RATE_CONTROL_ENABLE "
    "JOB_OBJECT_CPU_RATE_CONTROL_WEIGHT_BASED JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP "
    "JOB_OBJECT_CPU_RATE_CONTROL_NOTIFY JOB_OBJECT_CPU_RATE_CONTROL_MIN_MAX_RATE "
    "JOB_OBJECT_NET_RATE_CONTROL_FLAGS JOB_OBJECT_NET_RATE_CONTROL_ENABLE "
    "JOB_OBJECT_NET_RATE_CONTROL_MAX_BANDWIDTH JOB_OBJECT_NET_RATE_CONTROL_DSCP_TAG "
    "JOB_OBJECT_NET_RATE_CONTROL_VALID_FLAGS CompletionPortMessage JOB_OBJECT_MSG_END_OF_JOB_TIME "
    "JOB_OBJECT_MSG_END_OF_PROCESS_TIME JOB_OBJECT_MSG_ACTIVE_PROCESS_LIMIT JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO "
    "JOB_OBJECT_MSG_NEW_PROCESS JOB_OBJECT_MSG_EXIT_PROCESS JOB_OBJECT_MSG_ABNORMAL_EXIT_PROCESS "
    "JOB_OBJECT_MSG_PROCESS_MEMORY_LIMIT JOB_OBJECT_MSG_JOB_MEMORY_LIMIT JOB_OBJECT_MSG_NOTIFICATION_LIMIT "
    "JOB_OBJECT_MSG_JOB_CYCLE_TIME_LIMIT JOB_OBJECT_MSG_SILO_TERMINATED JOB_OBJECT_MSG_MINIMUM "
    "JOB_OBJECT_MSG_MAXIMUM EndOfJobTimeAction JOB_OBJECT_TERMINATE_AT_END_OF_JOB JOB_OBJECT_POST_AT_END_OF_JOB "
    "JOBOBJECT_RATE_CONTROL_TOLERANCE ToleranceLow ToleranceMedium ToleranceHigh "
    "JOBOBJECT_RATE_CONTROL_TOLERANCE_INTERVAL ToleranceIntervalShort ToleranceIntervalMedium "
    "ToleranceIntervalLong JOBOBJECT_BASIC_LIMIT_INFORMATION JOBOBJECT_EXTENDED_LIMIT_INFORMATION "
    "JOBOBJECT_BASIC_UI_RESTRICTIONS JOBOBJECT_BASIC_ACCOUNTING_INFORMATION "
    "JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION IO_COUNTERS JOBOBJECT_BASIC_PROCESS_ID_LIST "
    "JOBOBJECT_CPU_RATE_CONTROL_INFORMATION JOBOBJECT_NET_RATE_CONTROL_INFORMATION "
    "JOBOBJECT_END_OF_JOB_TIME_INFORMATION JOBOBJECT_ASSOCIATE_COMPLETION_PORT "
    "JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 "
    "JOBOBJECT_LIMIT_VIOLATION_INFORMATION JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 ";

std::string Read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// What stands in a cell between backquotes; of a call, its name.
void AddQuoted(std::string_view cell, std::set<std::string>& names) {
  for (std::size_t at = cell.find('`'); at != cell.npos; at = cell.find('`', at + 1)) {
    const std::string_view quoted = cell.substr(at + 1, cell.find('`', at + 1) - at - 1);
    names.emplace(quoted.substr(0, quoted.find('(')));
    at += quoted.size() + 1;
  }
}

struct Table {
  std::set<std::string> left, right;
};

Table ReadTable(std::string_view heading) {
  const std::string page = Read("docs/library.md");
  const std::size_t start = page.find("\n" + std::string(heading) + "\n");
  EXPECT_NE(start, page.npos) << heading;
  std::istringstream lines(page.substr(std::min(start, page.size()), page.find("\n#", start + 2) - start));
  Table table;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t middle = line.find(" | ");
    AddQuoted(std::string_view(line).substr(0, middle), table.left);
    AddQuoted(std::string_view(line).substr(middle), table.right);
  }
  return table;
}

std::vector<std::string> Words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

TEST(LibraryPage, HasEveryExportedNameOfGoWinjobAndNoOther) {
  for (const auto& [heading, list] :
       {std::pair("### Package winjob", kRoot), std::pair("### Package jobapi", kJobapi)}) {
    std::set<std::string> left = ReadTable(heading).left;
    for (const std::string& name : Words(list)) EXPECT_EQ(left.erase(name), 1U) << name << " is missing";
    for (const std::string& name : left) ADD_FAILURE() << name << " is no name of it";
  }
}

TEST(LibraryPage, WhatItSaysIsHereIsInTheHeaders) {
  std::string headers;
  for (const auto& entry : std::filesystem::directory_iterator("winjob"))
    if (entry.path().extension() == ".h") headers += Read(entry.path());
  for (const char* const heading : {"### Package winjob", "### Package jobapi"}) {
    for (const std::string& name : ReadTable(heading).right) {
      // Every identifier in it, so that each part of Class::member is there.
      std::string part;
      for (const char c : name + " ") {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
          part += c;
          continue;
        }
        EXPECT_NE(headers.find(part), headers.npos) << name << ": " << part;
        part.clear();
      }
    }
  }
}

}  // namespace
}  // namespace winjob
