# Sets up, builds, and runs the agent with the demo configuration until Ctrl-C: scripts\run.ps1 [flags of winjob_exporter]
Set-Location (Split-Path $PSScriptRoot)
. "$PSScriptRoot\lib\windows.ps1"

if (-not (Build-Windows 'build\logs')) { exit 1 }

$configuration = @('--config.file=config\demo.yaml')
$address = '127.0.0.1:10058'
foreach ($argument in $args) {
    if ($argument -like '--config.file*') { $configuration = @() }
    if ($argument -like '--web.listen-address=*') { $address = $argument.Substring('--web.listen-address='.Length) }
}
Write-Host "the agent: http://$address/ and http://$address/metrics (Ctrl-C ends it and its jobs)"
$env:PATH = "$PWD\build\windows-vcpkg\bin;$env:PATH"
& winjob_exporter.exe @configuration @args
exit $LASTEXITCODE
