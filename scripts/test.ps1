# Sets up, builds and tests everything on Windows: unit tests on the fake kernel and on Windows, then end to end.
# Ends with a table, the reasons of all skips, and the line "N passed, N failed, N skipped". Logs: build\test-logs\.
Set-Location (Split-Path $PSScriptRoot)
. "$PSScriptRoot\lib\windows.ps1"

# Windows has a program named python that only opens a shop.
function Find-Python {
    foreach ($name in 'python', 'python3', 'py') {
        if ((Get-Command $name -ErrorAction SilentlyContinue) -and (cmd.exe /d /c "$name --version 2>nul") -like 'Python 3*') {
            return $name
        }
    }
    throw 'Python 3 is needed to sum up the tests and to run the end-to-end ones: winget install Python.Python.3.12'
}

$python = Find-Python
$logs = 'build\test-logs'
if (Test-Path $logs) { Remove-Item -Recurse -Force $logs }
if (-not (Build-Windows $logs)) {
    Write-Host '0 passed, 1 failed, 0 skipped'
    exit 1
}

$run = "$python scripts\lib\run_tests.py --build build\windows-vcpkg --logs"
Invoke-Step 'unit tests, fake kernel' "$logs\fake.log" "$run $logs\fake --report $logs\fake.json --kernel fake" | Out-Null
Invoke-Step 'unit tests, Windows' "$logs\windows.log" "$run $logs\windows --report $logs\windows.json --kernel native" | Out-Null
Invoke-Step 'end to end, Windows' "$logs\e2e-windows.log" ("$python tests\e2e\run.py --bin build\windows-vcpkg\bin " +
    "--kernel windows --report $logs\e2e-windows.json") | Out-Null

Invoke-Step 'zip and .msi, Windows' "$logs\package-windows.log" ("$python tests\package\windows.py --build build\windows-vcpkg " +
    "--work build\package-windows --report $logs\package-windows.json") | Out-Null

Write-Host ''
& $python scripts\lib\summary.py $logs fake windows e2e-windows package-windows | Tee-Object "$logs\summary.txt"
exit $LASTEXITCODE
