using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

[assembly: HostingStartup(typeof(MovedClockStartup))]

namespace ReelBallers.TestKit;

/// <summary>Gives a service that a test has started as a process the clock of the test.</summary>
public sealed class MovedClockStartup : IHostingStartup
{
    /// <inheritdoc />
    public void Configure(IWebHostBuilder builder)
    {
        if (MovedClock.OfThisProcess() is { } clock)
        {
            builder.ConfigureServices(services => services.AddSingleton<TimeProvider>(clock));
        }
    }
}
