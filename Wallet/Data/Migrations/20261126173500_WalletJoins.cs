using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Wallet.Data.Migrations
{
    /// <inheritdoc />
    public partial class WalletJoins : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(JoinTable);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE wallet_joins;");
        }
    }
}
