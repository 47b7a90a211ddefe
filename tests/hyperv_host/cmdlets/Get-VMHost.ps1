if ($ComputerName -or $CimSession) { throw [NotImplementedException]::new('The fake host does not support other hosts.') }
Read-VMHost (Send-Request host)
