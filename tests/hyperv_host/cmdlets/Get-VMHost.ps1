if ($ComputerName -or $CimSession) { throw [NotImplementedException]::new('The pretend host knows no other host.') }
Read-VMHost (Ask-World host)
