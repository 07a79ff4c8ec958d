using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ReelBallers.ServiceDefaults;

/// <summary>Registers options that are bound and validated in the same way in every service.</summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>
    /// Binds <typeparamref name="TOptions"/> to a section and validates it before the service starts. An invalid setting
    /// ends the start with an <see cref="OptionsValidationException"/> that lists every error.
    /// </summary>
    public static IServiceCollection AddValidatedOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class, IValidatedOptions
    {
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => OptionsBinder.Bind(configuration, section, options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new Validator<TOptions>(section));
        return services;
    }

    /// <summary>
    /// Validates all options now. The host does so at its start, but only after it has created the background services, one of
    /// which may read its options and end the start with their errors alone.
    /// </summary>
    /// <exception cref="OptionsValidationException">Lists every error of every section.</exception>
    public static void ValidateOptions(this IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            var failures = exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures);
            throw new OptionsValidationException("", typeof(IValidatedOptions), failures);
        }
    }

    private sealed class Validator<TOptions>(string section) : IValidateOptions<TOptions> where TOptions : class, IValidatedOptions
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var errors = new OptionsErrors(section);
            options.Validate(errors);
            return errors.Messages.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Messages);
        }
    }
}
