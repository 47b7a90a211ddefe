# Runs scripts one after the other in one runspace, each in a scope of its own. The first prepares the runspace: its
# scope is the global one. A script is a line of base64. The answer is a line of two such words: the output, and the
# errors. Lines before it are what the script wrote on the console, such as what it would do.
$reader = [IO.StreamReader]::new([Console]::OpenStandardInput())
$runspace = [runspacefactory]::CreateRunspace($Host, [initialsessionstate]::CreateDefault2())
$runspace.Open()
$scoped = $false
while ($null -ne ($line = $reader.ReadLine())) {
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $null = $shell.AddScript([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line)), $scoped)
    $errors = [Collections.Generic.List[string]]::new()
    $output = try { $shell.Invoke() } catch { $errors.Add("$($_.Exception.InnerException)") }
    foreach ($record in $shell.Streams.Error) { $errors.Add("$record") }
    $words = foreach ($lines in @($output), $errors) {
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([string]::Join("`n", [string[]]$lines)))
    }
    [Console]::WriteLine([string]::Join(' ', @('answer:') + $words))
    $runspace.SessionStateProxy.GetVariable('Error').Clear()
    $shell.Dispose()
    $scoped = $true
}
