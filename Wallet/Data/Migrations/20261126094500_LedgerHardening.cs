using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Wallet.Data.Migrations
{
    /// <inheritdoc />
    public partial class LedgerHardening : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(PaymentColumns);
            migrationBuilder.Sql(FillPaymentColumns);
            migrationBuilder.Sql(AuditTables);
            migrationBuilder.Sql(GrantRole);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(DropAll);
        }
    }
}
