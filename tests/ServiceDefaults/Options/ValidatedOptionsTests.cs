using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>Settings are bound and validated when the host starts.</summary>
public class ValidatedOptionsTests
{
    [Fact]
    public async Task Valid_settings_are_bound()
    {
        using var host = Build(
            ("Sample:Name", " name "), ("Sample:Url", "https://x.test/a"), ("Sample:Count", "7"), ("Sample:Prices:small", "3"),
            ("Sample:Rows:0:Size", "4"), ("Sample:Rows:1:Size", "5"));
        await host.StartAsync();

        var options = host.Services.GetRequiredService<IOptions<SampleOptions>>().Value;
        Assert.Equal(
            ("name", "https://x.test/a", 7, 0.5, 3),
            (options.Name, options.Url, options.Count, options.Factor, options.Prices["small"]));
        Assert.Equal([4, 5], options.Rows.Select(row => row.Size));
    }

    [Fact]
    public async Task A_blank_setting_has_its_default()
    {
        using var host = Build(("Sample:Name", "name"), ("Sample:Url", ""), ("Sample:Count", " "));
        await host.StartAsync();

        var options = host.Services.GetRequiredService<IOptions<SampleOptions>>().Value;
        Assert.Equal(("http://localhost", 5), (options.Url, options.Count));
    }

    [Theory]
    [InlineData("Sample:Name", null, "Sample:Name is not set. Set it to the name of the sample.")]
    [InlineData("Sample:Name", " ", "Sample:Name is not set. Set it to the name of the sample.")]
    [InlineData("Sample:Url", "/path", "Sample:Url is '/path'. Set it to an absolute http or https URL.")]
    [InlineData("Sample:Url", "ftp://x.test", "Sample:Url is 'ftp://x.test'. Set it to an absolute http or https URL.")]
    [InlineData("Sample:Count", "0", "Sample:Count is 0. Set it to an integer from 1 to 10.")]
    [InlineData("Sample:Count", "11", "Sample:Count is 11. Set it to an integer from 1 to 10.")]
    [InlineData("Sample:Count", "seven", "Sample:Count is 'seven'. Set it to an integer.")]
    [InlineData("Sample:Count", "7.5", "Sample:Count is '7.5'. Set it to an integer.")]
    [InlineData("Sample:Count", "99999999999", "Sample:Count is '99999999999'. Set it to an integer.")]
    [InlineData("Sample:Factor", "half", "Sample:Factor is 'half'. Set it to a number.")]
    [InlineData("Sample:Prices:small", "free", "Sample:Prices:small is 'free'. Set it to an integer.")]
    [InlineData("Sample:Rows:0:Size", "wide", "Sample:Rows:0:Size is 'wide'. Set it to an integer.")]
    [InlineData("Sample:Base", "https://x.test/?a=b",
        "Sample:Base is 'https://x.test/?a=b'. Set it to a URL without a query and a fragment.")]
    [InlineData("Sample:Mode", "yes", "Sample:Mode is 'yes'. Set it to on or off.")]
    public async Task An_invalid_setting_ends_the_start_with_its_key_and_what_to_write(string key, string? value, string message)
    {
        using var host = Build(("Sample:Name", "name"), (key, value));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Every_invalid_setting_is_reported_at_once()
    {
        using var host = Build(("Sample:Url", "x"), ("Sample:Count", "0"));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(3, error.Failures.Count());
    }

    [Fact]
    public void Every_invalid_setting_of_every_section_is_reported_at_once()
    {
        using var host = Build(services => services.AddValidatedOptions<OtherOptions>("Other"), ("Sample:Url", "x"));

        var error = Assert.Throws<OptionsValidationException>(host.Services.ValidateOptions);

        Assert.Equal(
            ["Other:Name is not set. Set it to a name.", "Sample:Name is not set. Set it to the name of the sample.",
                "Sample:Url is 'x'. Set it to an absolute http or https URL."],
            error.Failures.Order(StringComparer.Ordinal));
    }

    private static IHost Build(params (string Key, string? Value)[] settings) => Build(_ => { }, settings);

    private static IHost Build(Action<IServiceCollection> configure, params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        // The last value of a key counts.
        foreach (var (key, value) in settings)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(key, value)]);
        }
        builder.Services.AddValidatedOptions<SampleOptions>("Sample");
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class SampleOptions : IValidatedOptions
    {
        public string Name { get; init; } = "";

        public string Url { get; init; } = "http://localhost";

        public int Count { get; init; } = 5;

        public double Factor { get; init; } = 0.5;

        public string Base { get; init; } = "http://localhost";

        public string Mode { get; init; } = "on";

        public Dictionary<string, long> Prices { get; } = [];

        public List<Row> Rows { get; init; } = [];

        public void Validate(OptionsErrors errors)
        {
            errors.Required(nameof(Name), Name, "the name of the sample");
            errors.HttpUrl(nameof(Url), Url);
            errors.BaseUrl(nameof(Base), Base);
            errors.OneOf(nameof(Mode), Mode, "on", "off");
            errors.Range(nameof(Count), Count, 1, 10);
        }
    }

    private sealed class Row
    {
        public int Size { get; init; }
    }

    private sealed class OtherOptions : IValidatedOptions
    {
        public string Name { get; init; } = "";

        public void Validate(OptionsErrors errors) => errors.Required(nameof(Name), Name, "a name");
    }
}
