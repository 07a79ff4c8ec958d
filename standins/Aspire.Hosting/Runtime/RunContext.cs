using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Runtime;

/// <summary>What all that runs has in common.</summary>
internal sealed record RunContext(
    IConfiguration Configuration, DataDirectory Data, HealthCheckService Health, Output Output, TimeSpan StartTimeout, Action Changed);
